import {
  appendFileSync,
  cpSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { startChild, stopChild } from '../bootstrap/children.mjs';
import { LOGS, ROOT, readJson, shown } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { registrySettings } from '../bootstrap/registry.mjs';
import { runLogged } from '../bootstrap/runLogged.mjs';
import { duration, say } from '../bootstrap/say.mjs';
import { whenReady } from '../portal/whenReady.mjs';
import { applyDiff } from './applyDiff.mjs';
import { asOfRelease } from './asOfRelease.mjs';

/** The one that makes portals of the Backstage that this repository is on. */
const CREATE_APP = '@backstage/create-app@0.9.2';

/** A portal as `create-app` makes it, and what becomes of it. */
export class StockPortal {
  #tools;
  #environment;
  #folder;
  #createOptions;
  #backend;

  constructor(tools, folder, createOptions) {
    this.#tools = tools;
    this.#folder = folder;
    this.#createOptions = createOptions;
  }

  /** Gives the release of Backstage that it is on. */
  async create() {
    const command = [CREATE_APP, ...this.#createOptions];
    const registry = await registrySettings();
    const release = await asOfRelease(CREATE_APP);
    say(
      `Making a stock portal with ${command.join(
        ' ',
      )}, of packages published until ${release.day}`,
    );
    this.#environment = {
      ...this.#tools.environment,
      ...registry.environment,
      ...release.environment,
      // With CI set, Yarn would write no lockfile, and a new portal has none.
      YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    };
    await this.#must(
      'npx',
      ['--yes', ...command, '--skip-install', '--path', this.#folder],
      { cwd: ROOT, env: { BACKSTAGE_APP_NAME: 'stock' } },
    );
    const { version } = readJson(join(this.#folder, 'backstage.json'));
    const ours = readJson(join(ROOT, 'backstage.json')).version;
    if (version !== ours) {
      throw new Problem(
        `${CREATE_APP} makes portals of Backstage ${version}, and this repository is on ${ours}`,
        'change its version in scripts/adopt/StockPortal.mjs',
      );
    }
    return version;
  }

  /**
   * Packages that no registry has are to be had from their files. What this
   * repository pins because registries lag behind holds for the portal as well.
   */
  provide(packed) {
    this.#edit('package.json', text => {
      const manifest = JSON.parse(text);
      manifest.resolutions = {
        ...readJson(join(ROOT, 'package.json')).resolutions,
        ...manifest.resolutions,
        ...Object.fromEntries(
          Object.entries(packed).map(([name, file]) => [name, `file:${file}`]),
        ),
      };
      return `${JSON.stringify(manifest, null, 2)}\n`;
    });
  }

  /** Does what the steps of the documentation say. */
  async follow(steps, packed) {
    for (const { language, file, code } of steps) {
      if (language === 'sh') {
        for (const line of code.split('\n')) await this.#run(line, packed);
      } else if (language === 'ts') {
        this.#edit(file, text =>
          text.replace('backend.start();', `${code}\nbackend.start();`),
        );
      } else if (language === 'diff') {
        this.#edit(file, text => applyDiff(text, code));
      } else {
        throw new Error(`No step is written in ${language}`);
      }
    }
  }

  async #run(line, packed) {
    const [program, ...args] = line.trim().split(/\s+/);
    if (program !== 'yarn') throw new Error(`No step runs ${program}`);
    say(`$ ${line.trim()}`);
    await this.#must(
      this.#tools.yarn,
      args.map(arg => (packed[arg] ? `${arg}@file:${packed[arg]}` : arg)),
    );
  }

  async install() {
    say('Installing the stock portal (3 to 6 minutes)');
    const { took } = await this.#must(this.#tools.yarn, ['install']);
    say(`It is installed (${duration(took)})`);
  }

  /** Puts a buildable component into its catalog, and lets it be served at one port. */
  addComponent(port) {
    cpSync(
      join(ROOT, 'examples/hello-site'),
      join(this.#folder, 'examples/hello-site'),
      { recursive: true },
    );
    const examples = join(this.#folder, 'examples');
    appendFileSync(
      join(examples, 'entities.yaml'),
      readFileSync(join(ROOT, 'e2e/adopt/location.yaml')),
    );
    const url = `http://localhost:${port}`;
    writeFileSync(
      join(this.#folder, 'app-config.local.yaml'),
      JSON.stringify({
        app: { baseUrl: url },
        backend: {
          baseUrl: url,
          listen: { port, host: '127.0.0.1' },
          cors: { origin: url },
          database: {
            client: 'better-sqlite3',
            connection: { directory: join(this.#folder, 'database') },
          },
        },
        // Whom the catalog knows as a member of the group that owns the component.
        auth: {
          providers: {
            guest: {
              userEntityRef: 'user:default/guest',
              ownershipEntityRefs: ['group:default/guests'],
            },
          },
        },
        imageFactory: {
          dataDirectory: join(this.#folder, 'image-factory-data'),
          sources: { directories: [{ name: 'examples', path: examples }] },
        },
      }),
    );
    return url;
  }

  async start(port) {
    say('Checking its types (1 to 2 minutes)');
    await this.#must(this.#tools.yarn, ['tsc']);
    say('Building its frontend (1 to 3 minutes)');
    await this.#must(this.#tools.yarn, ['workspace', 'app', 'build']);
    const logPath = join(LOGS, 'stock-portal.log');
    const log = openSync(logPath, 'w');
    say(`Starting it; what it says goes to ${shown(logPath)}`);
    this.#backend = startChild(
      this.#tools.yarn,
      ['workspace', 'backend', 'start'],
      {
        cwd: this.#folder,
        env: { ...process.env, ...this.#environment },
        stdio: ['ignore', log, log],
      },
    );
    if (!(await whenReady(this.#backend, port))) {
      throw new Problem(
        'The stock portal ended before it was ready',
        `see what it says in ${logPath}`,
      );
    }
  }

  async stop() {
    if (this.#backend) await stopChild(this.#backend);
  }

  #edit(path, change) {
    const file = join(this.#folder, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    if (after === undefined || after === before) {
      throw new Problem(
        `${path} of the stock portal has no place for the step`,
        'give the lines of the step in the documentation that this create-app writes there',
      );
    }
    writeFileSync(file, after);
  }

  async #must(command, args, { cwd = this.#folder, env = {} } = {}) {
    const result = await runLogged(command, args, {
      name: 'adopt',
      cwd,
      env: { ...this.#environment, ...env },
    });
    if (result.code !== 0) {
      throw new Problem(
        `\`${args.join(' ')}\` failed:\n${result.output.slice(-4000)}`,
        `see ${result.logPath}`,
      );
    }
    return result;
  }
}
