// Files that are whole at every moment, also after the power went: write, fsync, rename, fsync of the folder.
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorText, KalitkaError } from './errors.js';

/**
 * Replaces a file, or makes it. Whoever reads it sees the old contents or the new ones, never a part. A file has one
 * writer at a time.
 * @param mode of the new file; the umask does not apply
 * @throws KalitkaError `FILE_NO_SPACE` | `FILE_READ_ONLY` | `FILE_NO_PERMISSION` | `FILE_WRITE`; the old file is
 * then untouched
 */
export async function writeFileAtomically(
  path: string,
  data: string | Uint8Array,
  options: { mode?: number } = {},
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.tmp`);
  try {
    try {
      // left behind when the power went; or a link laid by somebody else, which is not followed
      await unlink(temporary).catch(() => undefined);
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.chmod(options.mode ?? 0o644);
        await file.writeFile(data);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    await syncFolder(folder);
  } catch (error) {
    throw fileError(path, error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What went wrong with writing `path`, typed, and what mends it. */
export function fileError(path: string, cause: unknown): KalitkaError {
  const [code, text] = ((): [string, string] => {
    switch ((cause as NodeJS.ErrnoException).code) {
      case 'ENOSPC':
      case 'EDQUOT':
        return ['FILE_NO_SPACE', 'the disk is full'];
      case 'EROFS':
        return ['FILE_READ_ONLY', 'the file system is read-only'];
      case 'EACCES':
      case 'EPERM':
        return ['FILE_NO_PERMISSION', `this user may not write to ${dirname(path)}`];
      case 'ENOENT':
      case 'ENOTDIR':
        return ['FILE_WRITE', `there is no folder ${dirname(path)}`];
      default:
        return ['FILE_WRITE', errorText(cause)];
    }
  })();
  return new KalitkaError(code, `cannot write ${path}: ${text}`, { cause });
}
