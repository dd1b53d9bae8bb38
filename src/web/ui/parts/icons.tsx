// Line icons, drawn here: no font, no other host. Always beside a word or with one of their own.
const PATHS = {
  home: 'M3 10.5 12 3l9 7.5V21H3z M9 21v-7h6v7',
  services: 'M7 18a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.5A3.8 3.8 0 0 1 17.5 18z',
  devices: 'M4 5h16v10H4z M9 19h6 M12 15v4',
  new: 'M12 5v14 M5 12h14',
  broke: 'M12 9v4 M12 16.5v.5 M10.3 4 2.6 18a2 2 0 0 0 1.7 3h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0z',
  try: 'M4 5h16l-6.2 7.5V19l-3.6 2v-8.5z',
  log: 'M6 3h12v18H6z M9 8h6 M9 12h6 M9 16h4',
  settings: 'M4 7h9 M17 7h3 M4 17h3 M11 17h9 M15 4.8v4.4 M9 14.8v4.4',
  start: 'M9 7V3 M15 7V3 M7 7h10v4a5 5 0 0 1-10 0z M12 16v5',
  more: 'M5 12h.01 M12 12h.01 M19 12h.01',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'M6 6l12 12 M18 6 6 18',
  tilde: 'M4 14c2.5-5 5-5 8-2s5.5 3 8-2',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  lock: 'M6 11h12v10H6z M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  pause: 'M9 5v14 M15 5v14',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  out: 'M7 17 17 7 M9 7h8v8',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z M10 21h4',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
