/** Associated data of all containers around a place, the root's first: `:`, `a:`, `a:b:` of `a:b:`. */
export function enclosingAads(aad: string): string[] {
  const aads = [':']
  for (let end = aad.indexOf(':'); end !== -1; end = aad.indexOf(':', end + 1)) aads.push(aad.slice(0, end + 1))
  return aads
}
