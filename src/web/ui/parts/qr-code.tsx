// A QR code, black on white in both themes: readers want it so.
import { useMemo } from 'preact/hooks';
import { qr } from './qr.js';

/** Light around the symbol: four modules, as readers want. */
const QUIET = 4;

/** A QR code as a picture; nothing where the text is too long for one. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const rows = useMemo(() => qr(text), [text]);
  if (!rows) return null;
  const size = rows.length + 2 * QUIET;
  const d = rows.map((row, y) => row.map((on, x) => (on ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')).join('')).join('');
  return (
    <svg viewBox={`0 0 ${size} ${size}`} width="220" height="220" role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={d} fill="#000" />
    </svg>
  );
}
