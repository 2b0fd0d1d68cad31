/**
 * git's long-running filter process (gitattributes, "Long Running Filter Process"): one process for all files that
 * one git command touches.
 */
import { contentPackets, FLUSH, type PacketReader, textPacket } from './packets.ts'

/** One file that git wants filtered. */
export interface FilterRequest {
  /** Relative to the top of the work tree, `/`-separated. */
  readonly path: string
  readonly content: Buffer
  /** The tree that is checked out, where git says it (git 2.27 and later). */
  readonly treeish: string | undefined
}

/** What filters do. A rejection means that this file failed. */
export interface Filters {
  readonly clean: (request: FilterRequest) => Promise<Uint8Array>
  readonly smudge: (request: FilterRequest) => Promise<Uint8Array>
  /** Undefined where every file is smudged at once. */
  readonly later?: LaterFiles
}

/** Files that git takes later, while it goes on with others (capability `delay`). */
export interface LaterFiles {
  /** Told how many files will come, where somebody knows it: threads are started for many of them, and at once. */
  readonly expect: (count: number) => void
  /** Whether this one is put off. */
  readonly putOff: (request: FilterRequest) => Promise<boolean>
  /** Paths that were put off and can be had now: none means that there are no more. */
  readonly available: () => Promise<readonly string[]>
  /** The content of an available path; undefined for one that was not put off. */
  readonly collect: (path: string) => Uint8Array | undefined
}

/** Where packets come from and go to. */
export interface FilterChannel {
  readonly packets: PacketReader
  readonly write: (bytes: Uint8Array) => Promise<void>
}

const FAILED = Buffer.concat([textPacket('status=error'), FLUSH])
const SUCCEEDED = Buffer.concat([textPacket('status=success'), FLUSH])
const DELAYED = Buffer.concat([textPacket('status=delayed'), FLUSH])

/**
 * Serves until git closes its end. Gives false when whoever is there is not git, or speaks no version that we know.
 * Throws `BrokenPackets` when git goes away in the middle.
 */
export async function serveFilters(channel: FilterChannel, filters: Filters): Promise<boolean> {
  if (!(await shakeHands(channel, filters))) return false
  for (;;) {
    const header = await channel.packets.readTexts()
    if (header === undefined) return true
    if (header[0] === 'command=list_available_blobs') {
      await channel.write(await listAvailable(filters))
      continue
    }
    // Git writes all of its side before it reads: answering earlier would block both.
    const content = Buffer.concat((await channel.packets.readList()) ?? [])
    await channel.write(await answer(header, content, filters))
  }
}

async function shakeHands({ packets, write }: FilterChannel, { later }: Filters): Promise<boolean> {
  const greeting = await packets.readTexts()
  if (greeting?.[0] !== 'git-filter-client' || !greeting.includes('version=2')) return false
  await write(Buffer.concat([textPacket('git-filter-server'), textPacket('version=2'), FLUSH]))
  const offered = await packets.readTexts()
  // Git dies of a capability that it did not offer.
  const known = ['capability=clean', 'capability=smudge', ...(later === undefined ? [] : ['capability=delay'])]
  const taken = known.filter((capability) => offered?.includes(capability))
  await write(Buffer.concat([...taken.map(textPacket), FLUSH]))
  return true
}

async function answer(header: readonly string[], content: Buffer, filters: Filters): Promise<Buffer> {
  const command = valueOf(header, 'command')
  const path = valueOf(header, 'pathname')
  if (path === undefined || (command !== 'clean' && command !== 'smudge')) return FAILED
  const request = { path, content, treeish: valueOf(header, 'treeish') }
  try {
    if (command === 'smudge' && valueOf(header, 'can-delay') === '1' && (await filters.later?.putOff(request))) {
      return DELAYED
    }
    // Git brings no content again for what was put off.
    const collected = command === 'smudge' && content.length === 0 ? filters.later?.collect(path) : undefined
    const result = collected ?? (await filters[command](request))
    return Buffer.concat([SUCCEEDED, contentPackets(result), FLUSH])
  } catch {
    return FAILED
  }
}

async function listAvailable({ later }: Filters): Promise<Buffer> {
  try {
    const paths = (await later?.available()) ?? []
    return Buffer.concat([...paths.map((path) => textPacket(`pathname=${path}`)), FLUSH, SUCCEEDED])
  } catch {
    return Buffer.concat([FLUSH, FAILED])
  }
}

/** Values may have further equals signs in them. */
function valueOf(header: readonly string[], key: string): string | undefined {
  return header.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1)
}
