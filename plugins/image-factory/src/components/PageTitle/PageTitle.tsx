import { Helmet } from 'react-helmet';
import { useWords } from '../../hooks';

/** What the browser calls a page, in its tabs and its history: the new frontend system calls all of them by the portal alone. */
export function PageTitle(props: { title: string }) {
  const t = useWords();
  return (
    <Helmet title={props.title} titleTemplate={`%s | ${t('shell.title')}`} />
  );
}
