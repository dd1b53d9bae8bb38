// Categories × purposes as a picture that is a table.
import type { ServiceView } from '../../views.js';
import { useLook } from '../app-state.js';
import { ActionBadge } from './badges.js';
import { Scroll } from './frame.js';

type Cell = ServiceView['matrix'][number]['cells'][number];

function Mark({ cell }: { cell: Cell | undefined }) {
  const { t } = useLook();
  if (!cell) return <span class="sr">—</span>;
  const kind = !cell.necessary ? 'listed' : cell.on ? 'on' : 'off';
  const words = t(kind === 'on' ? 'cell_on' : kind === 'off' ? 'cell_off' : 'cell_listed');
  const symbol = kind === 'on' ? '●' : kind === 'off' ? '○' : '·';
  return (
    <span class={`mark ${kind}`} title={`${words}, ${t('clause', cell.clause)}`}>
      <span aria-hidden="true">{symbol}</span>
      <span class="sr">{words}</span>
    </span>
  );
}

export function Matrix({ data }: { data: ServiceView }) {
  const { t, lang } = useLook();
  return (
    <>
      <p class="note narrow-only">{t('matrix_more', data.purposes.length)}</p>
      <Scroll class="scroll-x" label={t('matrix')}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">{t('category')}</th>
              {data.purposes.map(({ id, title, on }) => (
                <th scope="col" key={id} class={on ? 'turned' : 'turned off'}>
                  <span>{title[lang]}</span>
                </th>
              ))}
              <th scope="col">{t('outcome')}</th>
            </tr>
          </thead>
          <tbody>
            {data.matrix.map(({ category, title, cells, outcome }) => {
              const needed = cells.some(({ necessary }) => necessary);
              return (
                <tr key={category} class={needed ? '' : 'unneeded'}>
                  <th scope="row">
                    {title[lang]}
                    {!needed && <span class="note block">{t('nothing_justifies')}</span>}
                  </th>
                  {data.purposes.map(({ id }) => (
                    <td key={id}>
                      <Mark cell={cells.find(({ purpose }) => purpose === id)} />
                    </td>
                  ))}
                  <td>
                    <ActionBadge action={outcome} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <ul class="legend" aria-hidden="true">
        <li>
          <span class="mark on">●</span> {t('cell_on')}
        </li>
        <li>
          <span class="mark off">○</span> {t('cell_off')}
        </li>
        <li>
          <span class="mark listed">·</span> {t('cell_listed')}
        </li>
      </ul>
    </>
  );
}
