import type { Enricher } from './enricher.ts'
import { filePath } from './file-path.ts'
import { related } from './related.ts'

/** The stages behind the parsers, in their order. */
export const enrichers: readonly Enricher[] = [filePath, related]
