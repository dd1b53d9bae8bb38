// How a message inside another one is walked: handed to those who find such messages, so that they need not know the walk.
import type { Document } from '../model.js';
import type { Field } from './field.js';

/** Judges everything in the document; returns whether anything is to change. */
export type WalkInner = (document: Document, field: Field, encodingDepth: number) => boolean;
