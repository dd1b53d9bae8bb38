// What was decided about each field of a message, with its sentence.
import type { RecordView } from '../../views.js';
import { useNames } from '../app-state.js';
import { ActionBadge, Path } from './badges.js';

export function DecisionList({ list }: { list: RecordView['decisions'] }) {
  const names = useNames();
  return (
    <ul class="rows">
      {list.map((one, index) => (
        <li key={index} class="row stack">
          <p>
            <Path place={one.in} path={one.path} /> <span class="note">{names.category(one.category)}</span>
          </p>
          <p>{one.sentence}</p>
          <p class="badges">
            <ActionBadge action={one.action} />
          </p>
        </li>
      ))}
    </ul>
  );
}
