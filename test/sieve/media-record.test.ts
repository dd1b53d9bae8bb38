// A record says what left: a picture without its metadata is not recorded as kept, nor is one that was taken out.
import test from 'ava';
import { sieve } from '#src/sieve.js';
import { servicesOf } from './support.js';

const segment = (marker: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 0xff), bytes]);

/** A JPEG with a scan of so many bytes. */
function jpeg({ exif, scan }: { exif: boolean; scan: number }): Buffer {
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...(exif ? [segment(0xe1, Buffer.from('Exif\0\0taken at 55.78874, 49.12214'))] : []),
    segment(0xda, Buffer.of(1, 1, 0, 0, 63, 0)),
    Buffer.alloc(scan, 0x55),
    Buffer.of(0xff, 0xd9),
  ]);
}

/** The same picture in each of the ways in which devices send one. */
const WAYS: readonly (readonly [title: string, mediaType: string, wrap: (picture: Buffer) => Buffer])[] = [
  ['as a body', 'image/jpeg', (picture) => picture],
  ['in base64', 'application/json', (picture) => Buffer.from(JSON.stringify({ photo: picture.toString('base64') }))],
  [
    'as a part',
    'multipart/form-data; boundary=B',
    (picture) =>
      Buffer.concat([
        Buffer.from('--B\r\nContent-Disposition: form-data; name="photo"\r\nContent-Type: image/jpeg\r\n\r\n'),
        picture,
        Buffer.from('\r\n--B--\r\n'),
      ]),
  ],
];

function recorded(service: string, mediaType: string, bytes: Buffer) {
  const { parts, decisions } = sieve([{ in: 'body', kind: 'bytes', bytes, mediaType }], servicesOf().context(service, 'd-1'));
  const out = parts?.[0];
  const left = out?.kind === 'bytes' ? Buffer.from(out.bytes) : undefined;
  return { left, fates: decisions.map(({ category, action }) => `${category} ${action}`) };
}

for (const [title, mediaType, wrap] of WAYS) {
  for (const scan of [40, 5000]) {
    test(`${title}, ${scan} bytes: with metadata it leaves without and is recorded so; without, it is kept; where nothing needs it, it is not`, (t) => {
      const tagged = wrap(jpeg({ exif: true, scan }));
      const sent = recorded('sens', mediaType, tagged);
      t.true(sent.left !== undefined && sent.left.length < tagged.length);
      t.false(sent.left!.includes('Exif'));
      t.deepEqual(sent.fates, ['media generalize', 'location_precise drop']);
      const plain = wrap(jpeg({ exif: false, scan }));
      t.deepEqual(recorded('sens', mediaType, plain), { left: plain, fates: ['media keep'] });
      t.deepEqual(recorded('cosori', mediaType, plain).fates, ['media drop']);
    });
  }
}
