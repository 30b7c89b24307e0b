/** Longer views are made anew each time. */
const LONGEST_KEPT = 4096

/**
 * Views of a buffer's first bytes, by their length. They are kept: to make one takes a third of a line's checksum and a tenth of
 * its SHA-256, and makes garbage.
 */
export function createViews(buffer: Buffer): (length: number) => Buffer {
  const views: Buffer[] = Array.from({ length: LONGEST_KEPT + 1 })
  return (length) => {
    if (length > LONGEST_KEPT) return buffer.subarray(0, length)
    return (views[length] ??= buffer.subarray(0, length))
  }
}
