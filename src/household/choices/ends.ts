// When what ends by itself ends: instructions, pauses, windows for pairing. Kept by the clock, counted by the time that passes.
import type { ChoiceState, DeviceChoices } from './state.js';

/** A window for pairing lasts no longer (runtime/pairing.ts). */
const PAIRING_MS = 60 * 60 * 1000;

type Move = (untilMs: number, fromMs: number | undefined) => number;

function moveDevice(device: DeviceChoices, move: Move): DeviceChoices {
  const { paused, pairingUntilMs } = device;
  if (paused === undefined && pairingUntilMs === undefined) return device;
  return {
    ...device,
    ...(paused === undefined ? {} : { paused: { ...paused, untilMs: move(paused.untilMs, paused.given.timeMs) } }),
    ...(pairingUntilMs === undefined ? {} : { pairingUntilMs: move(pairingUntilMs, undefined) }),
  };
}

/** The same choices, every end moved; the same object where none ends by itself. */
export function shifted(state: ChoiceState, move: Move): ChoiceState {
  const ends =
    state.overrides.some(({ untilMs }) => untilMs !== undefined) ||
    Object.values(state.devices).some(({ paused, pairingUntilMs }) => paused !== undefined || pairingUntilMs !== undefined);
  if (!ends) return state;
  return {
    ...state,
    overrides: state.overrides.map((one) =>
      one.untilMs === undefined ? one : { ...one, untilMs: move(one.untilMs, one.given.timeMs) },
    ),
    devices: Object.fromEntries(Object.entries(state.devices).map(([label, device]) => [label, moveDevice(device, move)])),
  };
}

/**
 * Choices as read at a start: nothing has more left than it was given at first. A clock that was set back meanwhile would else let a
 * pause of ten minutes last for years.
 */
export function bounded(state: ChoiceState, nowMs: number): ChoiceState {
  return shifted(state, (untilMs, fromMs) =>
    Math.min(untilMs, nowMs + (fromMs === undefined ? PAIRING_MS : Math.max(0, untilMs - fromMs))),
  );
}
