// Child of store.test.ts: writes until a batch is refused, and then once more. Each acknowledged batch has the next number.
import { createInterface } from 'node:readline';
import { HubError } from '#src/errors.js';
import { openLevelStore } from '#src/store/level.js';

const store = await openLevelStore({ path: process.argv[2] as string, flushMs: 1000 });
let acknowledged = 0;
const write = async () => {
  await store.batch([{ type: 'put', key: Buffer.from(`a${acknowledged}`), value: Buffer.alloc(10_000, 1) }]);
  acknowledged++;
};
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'fill') {
    try {
      for (let i = 0; i < 1000; i++) await write();
      console.log('never refused');
    } catch (fault) {
      console.log(`refused ${fault instanceof HubError ? fault.code : fault} generation ${store.generation}`);
    }
  } else {
    for (let i = 0; i < 10; i++) await write();
    console.log(`acknowledged ${acknowledged}`);
  }
}
