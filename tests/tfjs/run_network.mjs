// Runs a TensorFlow.js graph model on raw float32 input with TensorFlow.js itself, in plain JavaScript on the CPU.
// usage: node run_network.mjs PACKAGES MODEL.json INPUT.raw H,W,C OUTPUT_FOLDER NODE...
// Writes OUTPUT_FOLDER/0.raw, 1.raw, ... : one file of float32 per NODE. INPUT is [H,W,C].
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';

const [packages, modelFile, inputFile, shapeText, outputFolder, ...nodes] = process.argv.slice(2);
const require = createRequire(resolve(packages, 'package.json'));
const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const {loadGraphModel} = require('@tensorflow/tfjs-converter');

const floats = file => {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

const model = JSON.parse(readFileSync(modelFile, 'utf8'));
const shards = model.weightsManifest.flatMap(group => group.paths).map(path => readFileSync(join(dirname(modelFile), path)));
const joined = Buffer.concat(shards);
await tf.setBackend('cpu');
const network = await loadGraphModel({
  load: async () => ({
    modelTopology: model.modelTopology,
    signature: model.signature,
    userDefinedMetadata: model.userDefinedMetadata,
    weightSpecs: model.weightsManifest.flatMap(group => group.weights),
    weightData: joined.buffer.slice(joined.byteOffset, joined.byteOffset + joined.byteLength),
  }),
});
const wantsIntegers = network.inputs[0].dtype === 'int32';
let input = tf.tensor(floats(inputFile), [1, ...shapeText.split(',').map(Number)], 'float32');
if (wantsIntegers) input = tf.cast(input, 'int32');
const outputs = network.execute({[network.inputs[0].name]: input}, nodes);
for (const [index, tensor] of [outputs].flat().entries()) {
  const values = Float32Array.from(tensor.dataSync());
  writeFileSync(join(outputFolder, `${index}.raw`), new Uint8Array(values.buffer));
}
