/**
 * The header that carries a secret: basic for a user (RFC 7617), `Bearer` in Authorization (RFC 6750), as it is in any other header. None
 * without a secret.
 */
export function authorizationOf(user: string | undefined, secret: string, header = 'Authorization'): Record<string, string> {
  if (secret === '') return {}
  if (user !== undefined) return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }
  return { [header.toLowerCase()]: header.toLowerCase() === 'authorization' ? `Bearer ${secret}` : secret }
}
