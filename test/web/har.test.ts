import test from 'ava';
import { harMessages } from '#src/web/har.js';

const request = (more: object = {}) => ({
  request: {
    method: 'POST',
    url: 'https://api.example.test/v1/x?a=b',
    postData: { text: '{"a":1}', mimeType: 'application/json' },
    ...more,
  },
});

test('requests with a body are the messages of a recording', (t) => {
  const recording = { log: { entries: [request(), request({ postData: undefined })] } };
  t.deepEqual(harMessages(JSON.stringify(recording)), [
    { label: 'POST api.example.test/v1/x', body: '{"a":1}', mediaType: 'application/json', host: 'api.example.test' },
  ]);
  t.is(harMessages('{"log":1}'), undefined);
  t.is(harMessages('no JSON'), undefined);
});

test('what is not as HAR has it is passed over', (t) => {
  const odd = [
    null,
    1,
    [],
    {},
    { request: null },
    request({ url: 5 }),
    request({ postData: { text: 5 } }),
    request({ postData: null }),
  ];
  t.deepEqual(harMessages(JSON.stringify({ log: { entries: odd } })), []);
  const bare = request({ method: null, postData: { text: 'x' } });
  t.deepEqual(
    harMessages(JSON.stringify({ log: { entries: [bare] } }))?.map(({ label, mediaType }) => [label, mediaType]),
    [[' api.example.test/v1/x', '']],
  );
});
