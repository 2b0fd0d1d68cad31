/** Asks the runner for an identity token of the job: https://docs.github.com/actions/reference/security/oidc */
export async function identityToken(audience, env) {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: permit } = env
  if (!address || !permit) {
    throw new Error(
      'the job may not ask for an identity token: give it permissions with id-token: write (forks get none)',
    )
  }
  const url = new URL(address)
  url.searchParams.set('audience', audience)
  const answer = await fetch(url, {
    headers: { authorization: `bearer ${permit}` },
    redirect: 'error',
    signal: AbortSignal.timeout(20_000),
  }).catch((error) => {
    throw new Error(`no identity token: ${error.cause?.message ?? error.message}`)
  })
  if (!answer.ok) throw new Error(`no identity token: the runner answered ${answer.status}`)
  const { value } = await answer.json()
  if (typeof value !== 'string' || value === '') throw new Error('no identity token: the answer holds none')
  return value
}
