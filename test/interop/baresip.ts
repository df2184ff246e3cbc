// A real baresip as a door station: H.264 from a film made for the test, a G.711 tone, and what it hears in a file.
import { spawnSync } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './kamailio.js';
import { freePort, Program, requireProgram, temporaryFolder, until } from './program.js';

/** An event of baresip's `ctrl_tcp` module. */
export interface BaresipEvent {
  event?: boolean;
  class?: string;
  type?: string;
  param?: string;
  direction?: string;
  response?: boolean;
  ok?: boolean;
  data?: string;
}

/**
 * A film to be sent by baresip: left half one colour, right half another, with a ball that moves.
 * @param colours ARGB
 */
export function makeFilm(file: string, seconds: number): void {
  const args = ['-q', 'videotestsrc', `num-buffers=${seconds * 25}`, 'pattern=smpte', '!'];
  args.push('video/x-raw,width=640,height=480,framerate=25/1', '!');
  args.push(
    'x264enc',
    'tune=zerolatency',
    'key-int-max=50',
    'bitrate=1000',
    '!',
    'video/x-h264,profile=baseline',
    '!',
  );
  args.push('h264parse', '!', 'mp4mux', '!', 'filesink', `location=${file}`);
  const result = spawnSync(requireProgram('gst-launch-1.0'), args, { timeout: 60_000, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`could not make the film: ${result.stderr}`);
}

export class Baresip {
  readonly events: BaresipEvent[] = [];
  #socket: Socket | null = null;
  #buffer = Buffer.alloc(0);
  readonly #wakers = new Set<() => void>();

  private constructor(
    readonly program: Program,
    readonly folder: { path: string; remove: () => void },
  ) {}

  /** The WAV file of what it has decoded in its present call; null while there is none. */
  get heard(): string | null {
    const files = readdirSync(this.folder.path).filter((name) => name.endsWith('-dec.wav'));
    const last = files.sort().at(-1);
    return last === undefined ? null : join(this.folder.path, last);
  }

  /**
   * Starts baresip and waits until it is registered.
   * @param options.tone Hz of the sound it sends
   */
  static async start(options: {
    account: Account;
    server: string;
    displayName: string;
    film: string;
    tone: number;
  }): Promise<Baresip> {
    const folder = temporaryFolder('baresip');
    const [sip, control] = [await freePort(), await freePort()];
    const modules = ['g711', 'ausine', 'aubridge', 'sndfile', 'avcodec', 'avformat', 'swscale', 'fakevideo'];
    const lines = [
      `sip_listen 127.0.0.1:${sip}`,
      'net_interface 127.0.0.1',
      'poll_method epoll',
      'call_local_timeout 60',
      'call_max_calls 4',
      `audio_source ausine,${options.tone}`,
      // a sink without hardware; `sndfile` writes down what goes into it
      'audio_player aubridge,sink',
      'audio_alert aubridge,sink',
      `snd_path ${folder.path}`,
      'ausrc_srate 48000',
      'auplay_srate 8000',
      'ausrc_channels 2',
      'auplay_channels 1',
      `video_source avformat,${options.film}`,
      'video_display fakevideo,nil',
      'video_size 640x480',
      'video_bitrate 1000000',
      'video_fps 25',
      'video_selfview no',
      'avcodec_h264enc libx264',
      'avcodec_h264dec h264',
      'avformat_hwaccel none',
      `ctrl_tcp_listen 127.0.0.1:${control}`,
      'module_path /usr/lib/baresip/modules',
      ...modules.map((m) => `module ${m}.so`),
      'module_tmp uuid.so',
      'module_tmp account.so',
      'module_app menu.so',
      'module_app ctrl_tcp.so',
    ];
    writeFileSync(join(folder.path, 'config'), `${lines.join('\n')}\n`);
    const { login, password } = options.account;
    writeFileSync(
      join(folder.path, 'accounts'),
      `"${options.displayName}" <sip:${login}@${options.server}>;auth_user=${login};auth_pass=${password};regint=60;answermode=manual;audio_codecs=PCMU,PCMA\n`,
    );
    writeFileSync(join(folder.path, 'contacts'), '');
    const baresip = new Baresip(Program.start('baresip', ['-f', folder.path], { cwd: folder.path }), folder);
    try {
      await baresip.program.waitFor(/baresip is ready/);
      await baresip.#connect(control);
      await baresip.program.waitFor(/200 OK|registered successfully/);
      return baresip;
    } catch (error) {
      await baresip.stop();
      throw error;
    }
  }

  /** Runs one of its commands, such as `dial`, `hangup`. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params });
    this.#socket?.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** Waits for an event that it has told, or will tell, from number `from` on. */
  waitFor(
    match: (event: BaresipEvent) => boolean,
    what: string,
    ms = 10_000,
    from = 0,
  ): Promise<BaresipEvent> {
    return until(
      () => this.events.slice(from).find(match),
      (wake) => {
        this.#wakers.add(wake);
        return () => void this.#wakers.delete(wake);
      },
      ms,
      () =>
        `baresip: no ${what} within ${ms} ms; events: ${this.events.map((e) => e.type).join()}; it said:\n${this.program.output.slice(-2000)}`,
    );
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await this.program.stop();
    this.folder.remove();
  }

  async #connect(port: number): Promise<void> {
    const socket = createConnection({ host: '127.0.0.1', port });
    this.#socket = socket;
    socket.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('close', () => reject(new Error('baresip closed its control connection')));
    });
    socket.on('data', (chunk) => this.#take(chunk));
  }

  /** Netstrings: `length:json,`. */
  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const colon = this.#buffer.indexOf(':');
      if (colon < 0) break;
      const length = Number(this.#buffer.subarray(0, colon).toString());
      if (this.#buffer.length < colon + length + 2) break;
      this.events.push(
        JSON.parse(this.#buffer.subarray(colon + 1, colon + 1 + length).toString()) as BaresipEvent,
      );
      this.#buffer = this.#buffer.subarray(colon + length + 2);
    }
    for (const wake of [...this.#wakers]) wake();
  }
}
