export { buildxMethod } from './buildxMethod';
