import { readFile } from 'node:fs/promises'
import { fieldOf, textOf } from '../http-client.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import { fetchJson, type TokenTools } from './google-token.ts'

/**
 * The token of another identity provider, from where a credential file says it lies: a file, or an address that gives
 * it (GitHub's). Files that name a program to run, or AWS's metadata, are refused with a way around.
 */
export async function subjectToken(place: unknown, tools: TokenTools): Promise<RemoteAnswer<string>> {
  const format = fieldOf(place, 'format')
  const field = textOf(format, 'type') === 'json' ? textOf(format, 'subject_token_field_name') : undefined
  const path = textOf(place, 'file')
  if (path !== undefined) return fromFile(path, field, tools)
  const address = textOf(place, 'url')
  if (address !== undefined && URL.canParse(address)) return fromAddress(new URL(address), place, field, tools)
  const advice = 'use a credential source of type file or url; programs and AWS are not supported here'
  return { failure: { reason: 'bad credentials', source: tools.source, advice } }
}

async function fromFile(path: string, field: string | undefined, tools: TokenTools): Promise<RemoteAnswer<string>> {
  try {
    const text = (await readFile(path, 'utf8')).trim()
    const token = field === undefined ? text : textOf(JSON.parse(text), field)
    if (token) return { value: token }
  } catch {
    // The same as an empty one.
  }
  const advice = 'see that the token file of the workload is there'
  return { failure: { reason: 'no credentials', source: tools.source, advice } }
}

function fromAddress(
  url: URL,
  place: unknown,
  field: string | undefined,
  tools: TokenTools,
): Promise<RemoteAnswer<string>> {
  const given = fieldOf(place, 'headers')
  const headers = typeof given === 'object' && given !== null ? Object.entries(given) : []
  const texts = headers.filter((header): header is [string, string] => typeof header[1] === 'string')
  return fetchJson({ method: 'GET', url, headers: Object.fromEntries(texts) }, tools, ({ json }) => {
    const token = textOf(json, field ?? 'value')
    return token === undefined ? { failure: { reason: 'unexpected answer', source: tools.source } } : { value: token }
  })
}
