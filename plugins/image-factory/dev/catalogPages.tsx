import { ReactNode, useEffect, useState } from 'react';
import { stringifyEntityRef } from '@backstage/catalog-model';
import {
  Content,
  Header,
  Page,
  Progress,
  ResponseErrorPanel,
  TabbedLayout,
} from '@backstage/core-components';
import {
  createPlugin,
  createRoutableExtension,
  useApi,
  useRouteRefParams,
} from '@backstage/core-plugin-api';
import {
  EntityProvider,
  EntityRefLink,
  catalogApiRef,
  entityRouteRef,
  useEntity,
} from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import Grid from '@material-ui/core/Grid';
import {
  EntityImagesContent,
  EntityLatestImageCard,
  isImageFactoryAvailable,
  useBuildImageMenuItem,
} from '../src';

/** Stands in for the catalog of an app: its place for entities, and no more. */
export const devCatalogPlugin = createPlugin({
  id: 'catalog',
  routes: { catalogEntity: entityRouteRef },
});

/** The page of a component, with the parts of the plugin where an app has them. */
export const ComponentPage = devCatalogPlugin.provide(
  createRoutableExtension({
    name: 'ComponentPage',
    component: async () => LoadedComponentPage,
    mountPoint: entityRouteRef,
  }),
);

function LoadedComponentPage() {
  const { kind, namespace, name } = useRouteRefParams(entityRouteRef);
  const catalog = useApi(catalogApiRef);
  const ref = stringifyEntityRef({ kind, namespace, name });
  return (
    <Loaded key={ref} load={() => catalog.getEntityByRef(ref)}>
      {entity =>
        entity ? (
          <EntityProvider entity={entity}>
            <EntityLayout />
          </EntityProvider>
        ) : (
          <Content>The catalog has no {ref}.</Content>
        )
      }
    </Loaded>
  );
}

function EntityLayout() {
  const { entity } = useEntity();
  const { title, Icon, disabled, onClick } = useBuildImageMenuItem();
  const isBuildable = isImageFactoryAvailable(entity);
  return (
    <Page themeId="website">
      <Header title={entity.metadata.name} type={entity.kind.toLowerCase()}>
        {isBuildable && (
          <Button
            variant="contained"
            startIcon={<Icon />}
            disabled={disabled}
            onClick={onClick}
          >
            {title}
          </Button>
        )}
      </Header>
      <TabbedLayout>
        <TabbedLayout.Route path="/" title="Overview">
          <Grid container>
            <Grid item xs={12} md={4}>
              {isBuildable ? <EntityLatestImageCard /> : 'It has no image.'}
            </Grid>
          </Grid>
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/images" title="Images">
          <EntityImagesContent />
        </TabbedLayout.Route>
      </TabbedLayout>
    </Page>
  );
}

/** All components. */
export function ComponentsPage() {
  const catalog = useApi(catalogApiRef);
  return (
    <Page themeId="home">
      <Header title="Components" />
      <Content>
        <Loaded load={() => catalog.getEntities()}>
          {({ items }) => (
            <ul>
              {items.map(entity => (
                <li key={stringifyEntityRef(entity)}>
                  <EntityRefLink entityRef={entity} />
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Content>
    </Page>
  );
}

function Loaded<T>(props: {
  load: () => Promise<T>;
  children: (data: T) => ReactNode;
}) {
  const [state, setState] = useState<{ data: T } | { error: Error }>();
  const { load, children } = props;
  useEffect(() => {
    load().then(
      data => setState({ data }),
      error => setState({ error }),
    );
    // Loaded once: whoever wants other data gives this another key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  if (!state) {
    return <Progress />;
  }
  return 'error' in state ? (
    <ResponseErrorPanel error={state.error} />
  ) : (
    <>{children(state.data)}</>
  );
}
