import { ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Skeleton, Text, VisuallyHidden } from '@backstage/ui';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { TickingDuration } from '../Age';
import { StepStatusIcon } from '../StatusChip';
import { scrollable } from '../scrollable';
import { Box, edgePath, layOutGraph } from './layOutGraph';
import { TaskNode, toTaskGraph } from './toTaskGraph';
import styles from './BuildGraph.module.css';

/** The arrows end a little before what they point at. */
const ARROW_PX = 7;

/**
 * The tasks of an attempt, each with its steps in a row, and what comes after
 * what. It is a list of lists as well: the arrows alone are drawn.
 */
export function BuildGraph(props: {
  number: number;
  steps: Step[] | undefined;
  /** Whether the build is over, so that no step comes any more. */
  isOver: boolean;
  /** Where it runs where its steps have no tasks. */
  place: string | undefined;
  stepLink: (step: string, children: ReactNode) => ReactNode;
}) {
  const t = useWords();
  const { number, steps, isOver, place, stepLink } = props;
  const frame = useRef<HTMLDivElement>(null);
  const room = useWidth(frame);
  const arrow = useId();
  const layout = useMemo(
    () => layOutGraph(toTaskGraph(steps ?? []), room),
    [steps, room],
  );

  return (
    <div
      ref={frame}
      className={styles.frame}
      role="group"
      aria-label={t('graph.label', { number })}
      {...scrollable}
    >
      {!steps && <Skeleton width="100%" height={160} />}
      {steps?.length === 0 && (
        <Text as="p" color="secondary">
          {t(isOver ? 'buildPage.stepsNever' : 'buildPage.stepsNone')}
        </Text>
      )}
      <div
        className={styles.canvas}
        style={{ width: layout.width, height: layout.height }}
      >
        <svg
          className={styles.edges}
          width={layout.width}
          height={layout.height}
          aria-hidden
        >
          <defs>
            <marker
              id={arrow}
              viewBox="0 0 8 8"
              refX={1}
              refY={4}
              markerWidth={ARROW_PX}
              markerHeight={ARROW_PX}
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M 0 0 L 8 4 L 0 8 z" />
            </marker>
          </defs>
          {layout.edges.map(edge => {
            const to =
              edge.direction === 'across'
                ? { ...edge.to, x: edge.to.x - ARROW_PX }
                : { ...edge.to, y: edge.to.y - ARROW_PX };
            const path = edgePath({ ...edge, to });
            return <path key={path} d={path} markerEnd={`url(#${arrow})`} />;
          })}
        </svg>
        <ol className={styles.tasks}>
          {layout.tasks.map(({ task, box, steps: placed }) => (
            <li
              key={task.name ?? ''}
              className={styles.task}
              style={placeOf(box)}
            >
              <TaskHead task={task} place={place} />
              <ol className={styles.steps}>
                {placed.map(({ step, box: stepBox }) => (
                  <li
                    key={step.id}
                    className={styles.step}
                    data-status={step.status}
                    style={placeOf(stepBox)}
                  >
                    <StepBox step={step} stepLink={stepLink} />
                  </li>
                ))}
              </ol>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

function TaskHead(props: { task: TaskNode; place: string | undefined }) {
  const t = useWords();
  const { task, place } = props;
  const { pod, node } = task.steps.find(step => step.pod) ?? {};
  return (
    <div className={styles.head}>
      <strong>{task.name ?? place}</strong>
      {task.after.length > 0 && (
        <VisuallyHidden>
          {t('graph.after', { tasks: task.after.join(', ') })}
        </VisuallyHidden>
      )}
      {pod && (
        <span className={styles.pod} title={pod}>
          {node ? t('graph.podOn', { pod, node }) : pod}
        </span>
      )}
    </div>
  );
}

function StepBox(props: {
  step: Step;
  stepLink: (step: string, children: ReactNode) => ReactNode;
}) {
  const t = useWords();
  const { step, stepLink } = props;
  const { name, status, startedAt, finishedAt } = step;
  const content = (
    <>
      <StepStatusIcon status={status} />
      <span className={styles.name} title={name}>
        {name}
      </span>
      <span className={styles.duration}>
        {startedAt && <TickingDuration from={startedAt} to={finishedAt} />}
        {status === 'skipped' && t('status.skipped')}
      </span>
    </>
  );
  return status === 'pending' || status === 'skipped' ? (
    <span className={styles.box}>{content}</span>
  ) : (
    <>{stepLink(name, <span className={styles.box}>{content}</span>)}</>
  );
}

function placeOf({ x, y, width, height }: Box) {
  return { left: x, top: y, width, height };
}

/** How wide an element is; 0 before that is known. */
function useWidth(ref: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(([entry]) =>
      setWidth(Math.floor(entry.contentRect.width)),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
