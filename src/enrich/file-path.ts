import { F } from '../fields/index.ts'
import type { Enricher } from './enricher.ts'

/** Splits file.path into name, directory and extension, and undoes rsyslog's control-character escapes beside it. */
export const filePath: Enricher = {
  name: 'file-path',
  sets: [F['file.name'], F['file.directory'], F['file.extension'], F['naslog.decoded_path']],
  apply(event) {
    const path = event.get(F['file.path'])
    if (path === undefined) return
    const end = path.endsWith('/') ? path.length - 1 : path.length
    const slash = path.lastIndexOf('/', end - 1)
    const fork = event.get(F['file.fork_name'])
    const name = path.slice(slash + 1, fork !== undefined && path.endsWith(':' + fork) ? end - fork.length - 1 : end)
    event.set(F['file.name'], name)
    if (slash >= 0 && end > 0) event.set(F['file.directory'], slash === 0 ? '/' : path.slice(0, slash))
    const dot = name.lastIndexOf('.')
    // `.profile` is a name, not an extension; a directory `v1.2/` has none.
    if (dot > 0 && end === path.length && event.get(F['file.type']) !== 'dir') event.set(F['file.extension'], name.slice(dot + 1))
    if (path.includes('#0')) {
      const decoded = decodeControlEscapes(path)
      if (decoded !== path) event.set(F['naslog.decoded_path'], decoded)
    }
  },
}

/**
 * rsyslog writes a control character as `#` and three octal digits (`#011` for TAB). A name may hold that text literally, so
 * file.path keeps it and the decoded form stands beside it.
 */
function decodeControlEscapes(path: string): string {
  return path.replace(/#0([0-3][0-7])/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
}
