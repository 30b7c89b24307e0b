import { printableText } from './printable.ts'

const READING: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'is a directory',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
}

const WRITING: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EISDIR: 'is a directory',
  EACCES: 'no permission to write it',
  EPERM: 'no permission to write it',
  ENOTDIR: 'a part of the path is no directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
}

/** Why a file could not be read, for people, to stand behind its name. Printable. */
export function readFault(error: unknown): string {
  return inWords(error, READING)
}

/** Why a file could not be written, in the same form. */
export function writeFault(error: unknown): string {
  return inWords(error, WRITING)
}

function inWords(error: unknown, words: Readonly<Record<string, string>>): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return words[code] ?? printableText(message)
}
