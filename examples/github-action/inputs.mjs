/** Inputs as the runner hands them on, and the arguments that they mean. */

/** An input, without blanks around it; empty where there is none. */
export function input(env, name) {
  return (env[variable(name)] ?? '').trim()
}

/** A yes or no. Throws for anything else. */
export function isTrue(env, name) {
  const text = input(env, name)
  if (!/^(?:true|false)?$/i.test(text)) throw new Error(`the input ${name} is neither true nor false`)
  return text.toLowerCase() === 'true'
}

/** What follows `secrets ci`. Values are written behind an equals sign, so that none can be an option of its own. */
export function ciArguments(env) {
  const targets = input(env, 'targets')
    .split(/\s+/)
    .filter((target) => target !== '')
  if (targets.length === 0) throw new Error('the input targets is empty: name an environment')
  const option = targets.find((target) => target.startsWith('-'))
  if (option !== undefined) throw new Error(`the input targets holds ${option}, which is an option`)
  return [
    ...targets,
    ...['only', 'except'].flatMap((name) => lines(env, name).map((line) => `--${name}=${line}`)),
    ...['prefix', 'map', 'job']
      .filter((name) => input(env, name) !== '')
      .map((name) => `--${name}=${input(env, name)}`),
    ...['upper-case', 'placeholders'].filter((name) => isTrue(env, name)).map((name) => `--${name}`),
  ]
}

/** The environment of programs that are none of the runner's: no input, and so no key among them. */
export function withoutInputs(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^INPUT_/i.test(name)))
}

function lines(env, name) {
  return input(env, name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Blanks become underscores, dashes stay: https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/Handler.cs */
function variable(name) {
  return `INPUT_${name.toUpperCase().replaceAll(' ', '_')}`
}
