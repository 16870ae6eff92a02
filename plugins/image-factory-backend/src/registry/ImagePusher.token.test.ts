import { describeWith } from '../__testUtils__/engines';
import { FaultyProxy } from '../__testUtils__/FaultyProxy';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { createTestCertificates } from '../__testUtils__/TestCertificates';
import { TokenServer } from '../__testUtils__/TokenServer';
import { PushFixture } from './__testUtils__/PushFixture';
import { RegistrySettings } from './RegistrySettings';

jest.setTimeout(60_000);

const login = { username: 'robot', password: 'hunter2' };
const BASIC = `Basic ${Buffer.from('robot:hunter2').toString('base64')}`;

describeWith(
  'docker-registry',
  'ImagePusher and a real registry that takes the tokens of another server',
  () => {
    let fixture: PushFixture;
    let tokens: TokenServer;
    let server: RegistryServer;
    let proxy: FaultyProxy;
    let registry: RegistrySettings;

    beforeAll(async () => {
      fixture = await PushFixture.create();
      const { directory } = fixture;
      const certificates = await createTestCertificates({
        hosts: ['127.0.0.1'],
        directory,
      });
      tokens = await TokenServer.start({ certificates, ...login });
      server = await RegistryServer.start({
        directory,
        certificates,
        auth: tokens.registryConfig,
      });
      proxy = await FaultyProxy.start({ port: server.port, certificates });
      registry = {
        host: proxy.host,
        login,
        ca: certificates.caPem,
        pullCredentials: false,
      };
    });

    afterEach(() => {
      tokens.requests.length = 0;
      tokens.expiresInSeconds = 300;
      proxy.requests.length = 0;
      proxy.fault = () => undefined;
    });

    afterAll(async () => {
      await proxy.stop();
      await server.stop();
      await tokens.stop();
      await fixture.remove();
    });

    async function push(options: {
      repository: string;
      login?: RegistrySettings['login'];
      now?: () => Date;
    }) {
      return fixture.push({
        ...(await fixture.layout()),
        registry: { ...registry, login: options.login },
        repository: options.repository,
        pusher: options.now && { now: options.now },
      });
    }

    it('gives the password to the token server alone, and pushes with one token', async () => {
      const { error } = await push({ repository: 'team/app', login });
      expect(error).toBeUndefined();
      expect(tokens.requests).toEqual([
        {
          authorization: BASIC,
          query: {
            service: 'registry of a test',
            scope: 'repository:team/app:pull,push',
            account: 'robot',
          },
        },
      ]);
      const [first, ...others] = proxy.requests;
      expect(first.authorization).toBeUndefined();
      for (const { authorization } of others) {
        expect(authorization).toMatch(/^Bearer /);
      }
    });

    it('gets a new token before the old one is too old', async () => {
      tokens.expiresInSeconds = 100;
      let time = Date.now();
      const { error } = await push({
        repository: 'renewed',
        login,
        now: () => {
          time += 40_000;
          return new Date(time);
        },
      });
      expect(error).toBeUndefined();
      expect(tokens.requests.length).toBeGreaterThan(2);
    });

    it('gets a new token where the registry no longer takes the old one', async () => {
      let isRefused = false;
      proxy.fault = ({ method, authorization }) => {
        if (method !== 'PUT' || isRefused || !authorization) {
          return undefined;
        }
        isRefused = true;
        return {
          status: 401,
          headers: {
            'www-authenticate': `Bearer realm="https://${tokens.host}/token",service="registry of a test",error="invalid_token"`,
          },
        };
      };
      const { error, delays } = await push({ repository: 'again', login });
      expect(error).toBeUndefined();
      expect(tokens.requests).toHaveLength(2);
      expect(delays).toEqual([]);
    });

    it('says that the token server refused the login', async () => {
      const { error } = await push({
        repository: 'team/app',
        login: { ...login, password: 'hunter3' },
      });
      expect(error).toMatchObject({
        failureClass: 'user',
        message: `${proxy.host} refused the login: its token server ${tokens.host} answered 401 UNAUTHORIZED, "wrong password".`,
      });
    });

    it('says that pushing is not allowed where the token is good for pulling only', async () => {
      const { error } = await push({ repository: 'team/other' });
      expect(error).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining(
          'does not allow pushing to team/other',
        ),
        hint: expect.stringContaining('that may push there'),
      });
      expect(tokens.requests.map(each => each.authorization)).toEqual([
        undefined,
      ]);
    });

    it.each([
      ['http', 'http://127.0.0.1:1/token'],
      ['no address', 'token'],
    ])('sends no password to a token server at %s', async (_, realm) => {
      proxy.fault = () => ({
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="${realm}"` },
      });
      const { error } = await push({ repository: 'team/app', login });
      expect(error).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining('so it was sent nowhere'),
      });
      expect(tokens.requests).toEqual([]);
    });
  },
);
