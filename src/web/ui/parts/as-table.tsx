// The numbers of a picture as a table, made when it is opened: nobody waits for it in the first view.
import { useState } from 'preact/hooks';
import { useLook } from '../app-state.js';
import { Scroll } from './frame.js';

export interface TableRow {
  readonly words: readonly string[];
  readonly numbers: readonly number[];
}

export function AsTable({
  label,
  words,
  numbers,
  rows,
}: {
  label: string;
  words: readonly string[];
  numbers: readonly string[];
  rows: () => readonly TableRow[];
}) {
  const { t, f } = useLook();
  const [open, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('as_table')}</summary>
      {open && (
        <Scroll class="scroll-x" label={label}>
          <table>
            <thead>
              <tr>
                {words.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
                {numbers.map((head) => (
                  <th key={head} scope="col" class="num">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows().map((row, index) => (
                <tr key={index}>
                  {row.words.map((word, at) => (
                    <td key={at}>{word}</td>
                  ))}
                  {row.numbers.map((number, at) => (
                    <td key={at} class="num">
                      {f.number(number)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </details>
  );
}
