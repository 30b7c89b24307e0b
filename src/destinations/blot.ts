/** A shorter secret may stand in an answer by chance, and of one that says yes every word is read. */
const SHORTEST_IN_SUCCESS = 8

export interface Sent {
  readonly headers: Readonly<Record<string, string>>
  readonly secret?: string | undefined
}

/**
 * The words of a server, without what they repeat of the secrets of the request: the secret itself, and what the header made of it (a
 * password, or a key of Elasticsearch, is sent in base64).
 */
export function blot(words: string, sent: Sent): string {
  return without(words, sent, 1)
}

/** The same for an answer that says yes: it is read, so only what cannot be there by chance is blotted out. */
export function blotSuccess(words: string, sent: Sent): string {
  return without(words, sent, SHORTEST_IN_SUCCESS)
}

function without(words: string, { headers, secret = '' }: Sent, shortest: number): string {
  const credentials = headers['authorization']?.replace(/^\S+ /, '') ?? ''
  let rest = words
  for (const each of [secret, credentials]) if (each.length >= shortest) rest = rest.replaceAll(each, '***')
  return rest
}
