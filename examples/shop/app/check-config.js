/**
 * The part of the shop that starts first: it looks whether all settings are there, and says which ones it got. It never
 * prints a value. Settings are environment variables, wherever they come from.
 */
const REQUIRED = [
  'DATABASE_URL',
  'SESSION_SECRET',
  'FEATURE_CHECKOUT',
  'MAIL_HOST',
  'MAIL_PORT',
  'MAIL_PASSWORD',
  'PAYMENT_API_KEY',
  'BILLING_ENDPOINT',
  'BILLING_TOKEN',
]

/** Settings that must have a certain shape, and what is said of one that has not. */
const SHAPES = {
  DATABASE_URL: { fits: (text) => URL.canParse(text), says: 'is no address' },
  FEATURE_CHECKOUT: { fits: (text) => text === 'on' || text === 'off', says: 'is neither on nor off' },
  MAIL_PORT: { fits: (text) => Number(text) > 0 && Number(text) < 65_536, says: 'is no port' },
}

const problems = REQUIRED.flatMap(problemOf)
for (const name of REQUIRED) {
  const problem = problems.find((one) => one.name === name)
  console.log(
    `${problem === undefined ? 'ok     ' : 'wrong  '} ${name}${problem === undefined ? '' : `: ${problem.says}`}`,
  )
}
console.log(
  problems.length === 0 ? 'the shop can start' : `the shop cannot start: ${problems.length} settings are wrong`,
)
process.exitCode = problems.length === 0 ? 0 : 1

function problemOf(name) {
  const text = process.env[name]
  if (text === undefined || text === '') return [{ name, says: 'is not set' }]
  const shape = SHAPES[name]
  return shape === undefined || shape.fits(text) ? [] : [{ name, says: shape.says }]
}
