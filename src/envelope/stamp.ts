import type { ByteString } from '../lib/bytes.ts'

/**
 * A time as it stands in a header, not yet resolved.
 * `zoned`: ISO text with offset, ready to use. `local`: ISO text without offset. `bsd`: `Mmm dd hh:mm:ss`, without year.
 */
export type Stamp =
  | { readonly kind: 'zoned'; readonly text: ByteString }
  | { readonly kind: 'local'; readonly text: ByteString }
  | { readonly kind: 'bsd'; readonly text: ByteString; readonly month: number; readonly zone: string | undefined }
