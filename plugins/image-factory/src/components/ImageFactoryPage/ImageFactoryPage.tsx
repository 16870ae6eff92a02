import { Navigate, Route, Routes } from 'react-router-dom';
import { useApp } from '@backstage/core-plugin-api';
import { Header, Page, TabbedLayout } from '@backstage/core-components';
import { useWords } from '../../hooks';
import { BuildsRouter } from '../BuildsPage';
import { ExecutorsPage } from '../ExecutorsPage';
import { KnownPaths } from '../KnownPaths';
import styles from './ImageFactoryPage.module.css';

/**
 * The page in the classic frontend system, which has its pages bring their own
 * header and tabs. In the new one the framework draws both around the bodies.
 */
export function ImageFactoryPage() {
  const { NotFoundErrorPage } = useApp().getComponents();
  return (
    <Routes>
      <Route index element={<Navigate to="builds" replace />} />
      <Route
        path="*"
        element={
          <KnownPaths
            paths={['builds', 'executors']}
            notFound={<NotFoundErrorPage />}
          >
            <TabbedPage />
          </KnownPaths>
        }
      />
    </Routes>
  );
}

function TabbedPage() {
  const t = useWords();
  return (
    <Page themeId="tool">
      <Header title={t('shell.title')} />
      <TabbedLayout>
        <TabbedLayout.Route path="/builds" title={t('shell.builds')}>
          <div className={styles.body}>
            <BuildsRouter />
          </div>
        </TabbedLayout.Route>
        <TabbedLayout.Route path="/executors" title={t('shell.executors')}>
          <div className={styles.body}>
            <ExecutorsPage />
          </div>
        </TabbedLayout.Route>
      </TabbedLayout>
    </Page>
  );
}
