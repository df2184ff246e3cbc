// Core believes nothing that the face says before it has looked at it.
import assert from 'node:assert/strict';
import { parseFromFace } from '../../src/face/from-face.js';

describe('messages of the face', () => {
  it('pass when they are what they should be, without what does not belong there', () => {
    const ready = { type: 'media-ready', call: 'a', audioPort: 40_000, videoPort: null };
    assert.deepEqual(parseFromFace({ ...ready, surplus: 1 }), ready);
    const open = { type: 'intent', intent: { type: 'intent', intent: 'open', lock: 0 } };
    assert.deepEqual(parseFromFace(open), open);
  });

  for (const [what, message] of [
    ['nothing', null],
    ['text', 'ready'],
    ['an unknown type', { type: 'registrar' }],
    ['a port out of range', { type: 'media-ready', call: 'a', audioPort: 70_000, videoPort: null }],
    ['a port that is none', { type: 'media-ready', call: 'a', audioPort: '1; rm', videoPort: null }],
    ['an unknown intent', { type: 'intent', intent: { type: 'intent', intent: 'dial' } }],
    ['a negative lock', { type: 'intent', intent: { type: 'intent', intent: 'open', lock: -1 } }],
    ['a picture that is not base64', { type: 'screenshot-result', id: 1, png: '<script>', error: null }],
    ['endless text', { type: 'pipeline-error', stream: 'video', message: 'x'.repeat(100_000) }],
  ] as const) {
    it(`are dropped: ${what}`, () => assert.equal(parseFromFace(message), null));
  }
});
