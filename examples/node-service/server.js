/** A service that takes its settings from the environment. With `--check` it says whether they are all there, and ends. */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'

const SETTINGS = ['DATABASE_URL', 'SESSION_SECRET']

const missing = SETTINGS.filter((name) => (process.env[name] ?? '') === '')
if (missing.length > 0) {
  console.error(`not set: ${missing.join(', ')}`)
  process.exitCode = 1
} else if (process.argv.includes('--check')) {
  console.log(`all ${SETTINGS.length} settings are there`)
} else {
  serve(process.env)
}

function serve({ SESSION_SECRET, PORT = '8080' }) {
  const server = createServer((request, answer) => {
    const visitor = request.headers['user-agent'] ?? ''
    const signature = createHmac('sha256', SESSION_SECRET).update(visitor).digest('hex')
    answer.setHeader('set-cookie', `session=${signature}; HttpOnly; Secure; SameSite=Lax`)
    answer.end('hello\n')
  })
  server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on port ${server.address().port}`))
  process.on('SIGTERM', () => server.close())
}
