import { ReactElement } from 'react';
import { useParams } from 'react-router-dom';

/** The page, or what stands in for it below an address that it has nothing at. */
export function KnownPaths(props: {
  /** The first parts of the addresses below the page. */
  paths: string[];
  notFound: ReactElement;
  children: ReactElement;
}) {
  const [first] = (useParams()['*'] ?? '').split('/').filter(Boolean);
  return first === undefined || props.paths.includes(first)
    ? props.children
    : props.notFound;
}
