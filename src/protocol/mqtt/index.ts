// MQTT 3.1, 3.1.1 and 5 between a device and its cloud.

export { encodeFrame, encodeVarint } from './framing.js';
export { Session } from './session.js';
export * from './types.js';
