// The control socket: its server in the panel, its client in the command line.
export { ControlClient } from './client.js';
export type { ControlHandler } from './handler.js';
export { ControlError, touchActions } from './protocol.js';
export type { Command, ControlCode, RequestFields, Results, TouchAction } from './protocol.js';
export { ControlServer } from './server.js';
export type * from './status.js';
