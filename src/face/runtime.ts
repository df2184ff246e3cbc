// How Node must be started for the face.

/** Arguments of Node. The face collects used pictures itself: see video-stream.ts. */
export const faceExecArgv: readonly string[] = ['--enable-source-maps', '--expose-gc'];

/** Environment beside core's own. */
export const faceEnvironment: Readonly<NodeJS.ProcessEnv> = {
  // every waiting bus and appsink of GStreamer holds a thread of the pool
  UV_THREADPOOL_SIZE: '16',
  // GStreamer's threads come and go with each call; an arena for each would keep 30 MB more
  MALLOC_ARENA_MAX: '2',
};
