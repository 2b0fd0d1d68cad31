/** Our part of a hook script: made, put in place, and taken away again to the byte. */

/** The hooks that we take part in. */
export const HOOK_NAMES = ['pre-commit', 'pre-push'] as const

/** Name of such a hook. */
export type HookName = (typeof HOOK_NAMES)[number]

/** How a hook starts us: by absolute paths in a clone of one's own, by `PATH` in a file that others get too. */
export type HookProgram = { readonly node: string; readonly script: string } | 'in path'

const BEGIN = '# >>> secrets: kept up to date by "secrets install"'
const END = '# <<< secrets'
const SHEBANG = '#!/bin/sh\n'

/** Where a hook that is no script of a shell is kept while ours stands in its place. */
export const ASIDE_ENDING = '.before-secrets'

/** Whether a script holds our part. */
export function hasHookBlock(text: string): boolean {
  return findBlock(text) !== undefined
}

/** A whole script of ours, for where there is none. */
export function newHook(name: HookName, program: HookProgram): string {
  return SHEBANG + block(name, program)
}

/** A script of ours that goes on with the hook which it took the place of, beside it and with its arguments. */
export function wrappingHook(name: HookName, program: HookProgram): string {
  const aside = `"$(dirname "$0")/${name}${ASIDE_ENDING}"`
  return `${newHook(name, program)}if [ -x ${aside} ]; then exec ${aside} "$@"; fi\n`
}

/**
 * A script of a shell with our part behind its first line, so that nothing in it can end before we ran; an older part of
 * ours is exchanged. Undefined for what is no script of a shell.
 */
export function withHookBlock(text: string, name: HookName, program: HookProgram): string | undefined {
  const found = findBlock(text)
  if (found !== undefined) return text.slice(0, found.start) + block(name, program) + text.slice(found.end)
  const first = /^#![^\n]*\b(?:sh|bash|dash|zsh|ksh|ash)\b[^\n]*\r?\n/.exec(text)?.[0]
  // A script without a first line is run by `sh` too, as git for Windows and husky do.
  if (first === undefined && (text.startsWith('#!') || /[^\t\n\r\u0020-\u{10ffff}]/u.test(text))) return undefined
  const at = first?.length ?? 0
  return text.slice(0, at) + block(name, program) + text.slice(at)
}

/** The script as it was before; undefined when nothing of it was there before us. */
export function withoutHookBlock(text: string): string | undefined {
  const found = findBlock(text)
  if (found === undefined) return text
  const rest = text.slice(0, found.start) + text.slice(found.end)
  return rest === SHEBANG || rest === '' ? undefined : rest
}

function block(name: HookName, program: HookProgram): string {
  const call = (command: string): string =>
    `  ${name === 'pre-push' ? pushed(command) : `${command} ${name}`} || exit 1`
  const lines = name === 'pre-push' ? ['secrets_refs=$(cat)'] : []
  if (program === 'in path') lines.push('if command -v secrets >/dev/null 2>&1; then', call('secrets hook'))
  else {
    const [node, script] = [program.node, program.script].map(shellQuoted)
    lines.push(`if [ -x ${node} ] && [ -f ${script} ]; then`, call(`${node} ${script} hook`))
    lines.push('elif command -v secrets >/dev/null 2>&1; then', call('secrets hook'))
  }
  lines.push(
    'else',
    `  echo 'secrets: error: nothing checks this ${name === 'pre-push' ? 'push' : 'commit'}: secrets is not installed any more' >&2`,
    '  exit 1',
    'fi',
    ...(name === 'pre-push' ? HAND_ON : []),
  )
  return [BEGIN, ...lines, END].map((line) => `${line}\n`).join('')
}

function pushed(command: string): string {
  return `printf '%s\\n' "$secrets_refs" | ${command} pre-push "$@"`
}

/** What follows reads the references too, and git gives them once. */
const HAND_ON = ['[ -n "$secrets_refs" ] && exec <<SECRETS_REFS', '$secrets_refs', 'SECRETS_REFS']

interface Range {
  readonly start: number
  readonly end: number
}

function findBlock(text: string): Range | undefined {
  const start = text.indexOf(`${BEGIN}\n`)
  const end = start === -1 ? -1 : text.indexOf(`${END}\n`, start)
  return end === -1 ? undefined : { start, end: end + END.length + 1 }
}

function shellQuoted(path: string): string {
  const portable = /^(?:[A-Za-z]:|\\\\)/.test(path) ? path.replaceAll('\\', '/') : path
  return `'${portable.replaceAll("'", "'\\''")}'`
}
