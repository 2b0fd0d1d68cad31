/**
 * What is refused for its size, in one place. sops and its parsers have no stated limits; these are
 * generous for files of secrets and keep a hostile file from exhausting memory or the stack.
 */

/** Bytes of one file. A million encrypted values are about 170 MB. */
export const MAX_FILE_BYTES: number = 256 * 1024 * 1024

/** Levels of maps and lists inside each other. */
export const MAX_DEPTH = 256

/** Nodes that the aliases of one file may stand for, all together ("alias bomb"). */
export const MAX_ALIAS_NODES = 1_000_000

/** Recipients in the metadata of one file. */
export const MAX_RECIPIENTS = 1_000
