import { ReactNode, RefObject, useEffect, useRef } from 'react';
import { Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { Words, useWords } from '../../hooks';
import { worstOf } from '../Vulnerabilities';
import { BuildView, viewsOf } from './useBuildView';
import styles from './BuildPage.module.css';

/** The views of a build as tabs; what is not shown is not there. */
export function BuildViewTabs(props: {
  build: Build;
  view: BuildView;
  onShow: (view: BuildView) => void;
  /** What runs the attempt that is shown. */
  executor: string | undefined;
  /** How many that attempt has. */
  artifacts: number | undefined;
  children: (view: BuildView) => ReactNode;
}) {
  const t = useWords();
  const { build, view, onShow, executor, artifacts, children } = props;
  const views = viewsOf(executor, view);
  const list = useRef<HTMLDivElement>(null);
  useTabInView(list, view, noteOf(t, view, build, artifacts));
  return (
    <Tabs
      className={styles.views}
      selectedKey={view}
      onSelectionChange={key => onShow(key as BuildView)}
    >
      <div ref={list} className={styles.viewTabs}>
        <TabList aria-label={t('views.label')}>
          {views.map(each => (
            <Tab key={each} id={each} className={styles.viewTab}>
              {[t(`views.${each}`), noteOf(t, each, build, artifacts)]
                .filter(Boolean)
                .join(' ')}
            </Tab>
          ))}
        </TabList>
      </div>
      {views.map(each => (
        <TabPanel key={each} id={each} className={styles.viewPanel}>
          {each === view && children(each)}
        </TabPanel>
      ))}
    </Tabs>
  );
}

/** On a narrow screen the tab of what is shown may be out of view, wholly or once it has a note. */
function useTabInView(
  list: RefObject<HTMLElement>,
  view: BuildView,
  note: string | undefined,
) {
  const lastView = useRef<BuildView>();
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const tab = list.current?.querySelector('[aria-selected="true"]');
      if (!list.current || !tab) return;
      if (lastView.current !== view) {
        tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      } else {
        // A count that changes moves the tabs alone: whoever reads further down stays there.
        moveInto(list.current, tab);
      }
      lastView.current = view;
    });
    return () => cancelAnimationFrame(frame);
  }, [list, view, note]);
}

function moveInto(list: Element, tab: Element) {
  const { left, right } = list.getBoundingClientRect();
  const at = tab.getBoundingClientRect();
  list.scrollLeft +=
    Math.max(0, at.right - right) - Math.max(0, left - at.left);
}

/** What a reader may want to know before choosing a tab. */
function noteOf(
  t: Words,
  view: BuildView,
  { vulnerabilities }: Build,
  artifacts: number | undefined,
): string | undefined {
  if (view === 'artifacts') return artifacts ? `(${artifacts})` : undefined;
  if (view !== 'vulnerabilities' || !vulnerabilities) return undefined;
  const worst = worstOf(vulnerabilities);
  return worst
    ? `(${vulnerabilities[worst]} ${t(`severityInText.${worst}`)})`
    : '(0)';
}
