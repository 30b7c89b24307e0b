import { closeSync, constants, fdatasyncSync, fstatSync, openSync, statSync } from 'node:fs'
import { appendWhole } from '../lib/append-whole.ts'
import type { Delivery, Destination } from './destination.ts'
import { lockForWriting, mendEnd } from './torn-end.ts'

export interface FileOptions {
  readonly name: string
  readonly path: string
  /** Permission bits of a new file. */
  readonly mode: number
  /** Whether each batch must be safe against a power cut before it counts as delivered. */
  readonly sync: boolean
}

/**
 * Appends records to a file, whole lines only.
 *
 * A batch is one write on an O_APPEND descriptor: the kernel keeps the writes of several processes apart. A write that
 * the disk takes only in part is cut back, and so is the piece that a killed process left at the end. Before each batch the path is
 * looked at: a file that logrotate moved away is left, and a new one opened, with or without a signal.
 */
export function createFileDestination(options: FileOptions): Destination {
  let descriptor: number | undefined
  const { O_APPEND, O_CREAT, O_RDWR } = constants

  const closeFile = (): void => {
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = undefined
  }
  const openFile = (): number => {
    if (descriptor !== undefined) return descriptor
    descriptor = openSync(options.path, O_RDWR | O_APPEND | O_CREAT, options.mode)
    lockForWriting(descriptor)
    return descriptor
  }

  /** The descriptor of the file that bears the name now. */
  const current = (): number => {
    if (descriptor !== undefined && wasMoved(options.path, descriptor)) closeFile()
    return openFile()
  }

  return {
    name: options.name,
    limits: { records: 2000, bytes: 4 * 1024 * 1024 },
    async open() {
      current()
    },
    async deliver(batch) {
      try {
        const file = current()
        appendWhole(file, Buffer.from(mendEnd(file) + batch.map(({ record }) => record + '\n').join(''), 'latin1'))
        if (options.sync) fdatasyncSync(file)
        return { kind: 'delivered', count: batch.length, rejected: [] }
      } catch (error) {
        closeFile()
        return faultOf(error as NodeJS.ErrnoException, options.path)
      }
    },
    reopen: closeFile,
    async close() {
      closeFile()
    },
  }
}

function wasMoved(path: string, descriptor: number): boolean {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there === undefined) return true
  const ours = fstatSync(descriptor)
  return there.ino !== ours.ino || there.dev !== ours.dev
}

/** A full disk passes; a missing directory or a permission needs a person. */
function faultOf(error: NodeJS.ErrnoException, path: string): Delivery {
  const reason = `${path}: ${error.code === undefined ? error.message : describe(error.code)}`
  const needsPerson = error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EISDIR' || error.code === 'EPERM'
  return needsPerson ? { kind: 'hold', reason } : { kind: 'retry', reason }
}

function describe(code: string): string {
  switch (code) {
    case 'ENOSPC': return 'the disk is full'
    case 'EDQUOT': return 'the disk quota is used up'
    case 'ENOENT': return 'the directory does not exist'
    case 'EACCES':
    case 'EPERM': return 'no permission to write'
    case 'EROFS': return 'the file system is read-only'
    case 'EISDIR': return 'is a directory'
    default: return code
  }
}

