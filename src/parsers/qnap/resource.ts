import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import type { Action } from './actions.ts'
import { findClientKeys, setClientKeys } from './client-keys.ts'
import { splitPaths } from './rename.ts'
import { servesShares } from './services.ts'
import { isPlaceholder, markTruncated } from './values.ts'

/** QNAP's Samba writes the resource by `snprintf(record, 1024, ...)`: this many bytes are the most that is left of it. */
const RESOURCE_LIMIT = 1023

/**
 * Sets what was accessed: a path (of a share without leading slash, of File Station as `[File Station] /path`), two paths
 * (`old -> new`), or an area of the web interface (`Administration`).
 */
export function setResource(event: Event, resource: ByteString, action: Action | undefined, protocol: string | undefined): void {
  if (resource.length >= RESOURCE_LIMIT) markTruncated(event)

  const bracket = resource.charCodeAt(0) === 0x5b ? resource.indexOf('] /') : -1
  if (bracket > 1) {
    if (event.get(F['qnap.nas.application']) === undefined) event.set(F['qnap.nas.application'], resource.slice(1, bracket))
    return setPath(event, resource.slice(bracket + 2), action)
  }
  const keysAt = findClientKeys(resource)
  const area = keysAt < 0 ? resource : resource.slice(0, keysAt)
  if (isPath(area, action, protocol)) return setPath(event, resource, action)
  if (keysAt >= 0) setClientKeys(event, resource, keysAt)
  if (!isPlaceholder(area)) setArea(event, area)
}

/** Whether the resource is a path, by its first character, the action and the service; otherwise it is an area. */
function isPath(resource: ByteString, action: Action | undefined, protocol: string | undefined): boolean {
  if (isPlaceholder(resource)) return false
  if (resource.charCodeAt(0) === 0x2f) return true
  const onFile = action?.category?.[0] === 'file'
  const onShare = servesShares(protocol)
  // A share's root (`Public`) has no slash; `Backup/Restore` is an area of the web interface.
  return onFile ? onShare || protocol === undefined || resource.includes('/') : onShare && resource.includes('/')
}

function setPath(event: Event, resource: ByteString, action: Action | undefined): void {
  const paths = splitPaths(resource, action?.name)
  event.set(F['file.path'], paths.path)
  event.set(F['qnap.nas.file.path'], paths.path)
  event.set(F['qnap.nas.file.new_path'], paths.newPath)
  if (paths.ambiguous) event.flag('ambiguous_key')
}

/** RFC 5424 lines name the application apart: the area then is the text of the line. */
function setArea(event: Event, area: ByteString): void {
  event.set(event.get(F['qnap.nas.application']) === undefined ? F['qnap.nas.application'] : F.message, area)
}
