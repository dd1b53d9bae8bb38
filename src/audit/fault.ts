/** One thing that does not fit in a log: the error is the evidence. */
export interface Fault {
  readonly what: 'leaf' | 'format' | 'gap' | 'node' | 'checkpoint' | 'signature' | 'shape' | 'reference' | 'removal' | 'rollback';
  readonly message: string;
  readonly seq?: number;
  readonly expected?: string;
  readonly found?: string;
}
