/** The stages behind the parsers that need no configuration; those of the configuration stand between them (enrichment.ts). */
export { filePath } from './file-path.ts'
export { related } from './related.ts'
