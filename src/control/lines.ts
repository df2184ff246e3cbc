// Cuts what comes from a socket into lines, bounded, so that a peer cannot fill the memory.

/** A line longer than allowed. */
export class LineTooLong extends Error {}

/**
 * The lines of a stream of bytes, without their ends; the last one may lack its end. Empty lines are left out.
 * @param limit bytes
 * @throws LineTooLong
 */
export async function* linesOf(chunks: AsyncIterable<unknown>, limit: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (last: Buffer): string => {
    const line = Buffer.concat([...parts, last])
      .toString('utf8')
      .trim();
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let rest = chunk as Buffer;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      if (length + end > limit) throw new LineTooLong();
      const line = take(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      if (line !== '') yield line;
    }
    length += rest.length;
    if (length > limit) throw new LineTooLong();
    parts.push(rest);
  }
  const line = take(Buffer.alloc(0));
  if (line !== '') yield line;
}
