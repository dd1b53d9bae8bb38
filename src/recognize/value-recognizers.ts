// TEMPORARY until the registry of values is merged.
import type { Finding } from '../model.js';
import { traitsOf } from './prefilter.js';
import { spokenValues } from './value/labelled-text.js';
import { findValues } from './value/run.js';
export type ValueRecognizerId = 'labelledText' | 'uuid' | 'logLine';
export interface Found extends Finding {
  readonly recognizer: ValueRecognizerId;
}
export const LABELLED: ReadonlySet<ValueRecognizerId> = new Set<ValueRecognizerId>(['labelledText']);
export class ValueRecognizers {
  constructor(_: unknown) {}
  findIdentifiers(text: string, only?: ReadonlySet<ValueRecognizerId>): readonly Found[] {
    const values = only ? [] : findValues(text).map((one) => ({ ...one, recognizer: 'uuid' as const }));
    const spoken = spokenValues(text)
      .filter((s) => !values.some((v) => v.start < s.end && s.start < v.end))
      .map((one) => ({ ...one, recognizer: 'labelledText' as const }));
    return [...values, ...spoken].sort((a, b) => a.start - b.start);
  }
  mayHold(text: string, _traits: number): boolean {
    return traitsOf(text) > 0 && this.findIdentifiers(text).length > 0;
  }
}
