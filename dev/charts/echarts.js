// The parts of Apache ECharts that `coordination/site/static/charts.js` uses. To build the vendored file again:
//   npm install echarts@6.1.0 esbuild@0.28.2
//   npx esbuild dev/charts/echarts.js --bundle --minify --format=esm --legal-comments=none \
//     --outfile=coordination/site/static/vendor/echarts/echarts.min.js
// then enter version and digest in coordination/site/static/vendor/MANIFEST.json.
// SVG draws the page; Canvas draws the PNG of a download. Tooltips are rich text: HTML ones break `style-src`.
import { BarChart, CustomChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([BarChart, CustomChart, LineChart, SankeyChart]);
use([GridComponent, TooltipComponent, LabelLayout]);
use([CanvasRenderer, SVGRenderer]);

export { init };
