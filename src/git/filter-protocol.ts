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
}

/** Where packets come from and go to. */
export interface FilterChannel {
  readonly packets: PacketReader
  readonly write: (bytes: Uint8Array) => Promise<void>
}

const FAILED = Buffer.concat([textPacket('status=error'), FLUSH])
const SUCCEEDED = Buffer.concat([textPacket('status=success'), FLUSH])

/**
 * Serves until git closes its end. Gives false when whoever is there is not git, or speaks no version that we know.
 * Throws `BrokenPackets` when git goes away in the middle.
 */
export async function serveFilters(channel: FilterChannel, filters: Filters): Promise<boolean> {
  if (!(await shakeHands(channel))) return false
  for (;;) {
    const header = await channel.packets.readTexts()
    if (header === undefined) return true
    // Git writes all of its side before it reads: answering earlier would block both.
    const content = Buffer.concat((await channel.packets.readList()) ?? [])
    await channel.write(await answer(header, content, filters))
  }
}

async function shakeHands({ packets, write }: FilterChannel): Promise<boolean> {
  const greeting = await packets.readTexts()
  if (greeting?.[0] !== 'git-filter-client' || !greeting.includes('version=2')) return false
  await write(Buffer.concat([textPacket('git-filter-server'), textPacket('version=2'), FLUSH]))
  const offered = await packets.readTexts()
  // Git dies of a capability that it did not offer.
  const taken = ['capability=clean', 'capability=smudge'].filter((capability) => offered?.includes(capability))
  await write(Buffer.concat([...taken.map(textPacket), FLUSH]))
  return true
}

async function answer(header: readonly string[], content: Buffer, filters: Filters): Promise<Buffer> {
  const command = valueOf(header, 'command')
  const path = valueOf(header, 'pathname')
  if (path === undefined || (command !== 'clean' && command !== 'smudge')) return FAILED
  try {
    const result = await filters[command]({ path, content, treeish: valueOf(header, 'treeish') })
    return Buffer.concat([SUCCEEDED, contentPackets(result), FLUSH])
  } catch {
    return FAILED
  }
}

/** Values may have further equals signs in them. */
function valueOf(header: readonly string[], key: string): string | undefined {
  return header.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1)
}
