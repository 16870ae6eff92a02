import { Route, Routes, useParams } from 'react-router-dom';
import { BuildPage } from '../BuildPage';
import { BuildsPage } from './BuildsPage';

/** The list of builds, and below it the page of each. */
export function BuildsRouter() {
  return (
    <Routes>
      <Route path="/" element={<BuildsPage />} />
      <Route path="/:buildId" element={<RoutedBuildPage />} />
    </Routes>
  );
}

function RoutedBuildPage() {
  const { buildId = '' } = useParams();
  return <BuildPage buildId={buildId} />;
}
