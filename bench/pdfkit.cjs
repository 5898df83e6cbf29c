// PDFKit sets bench/form: node pdfkit.cjs GIVEN.json OUT.pdf, with NODE_PATH where `npm install pdfkit` was run.
const fs = require("fs");
const PDFDocument = require("pdfkit");

const [, , given, out] = process.argv;
const { texts, pages, codes, rules, fonts } = JSON.parse(fs.readFileSync(given, "utf8"));
const mm = 72 / 25.4;
const files = { gothic: "ipaexg.ttf", mincho: "ipaexm.ttf", mj: "ipamjm.ttf" };
const document = new PDFDocument({ size: "A4", margin: 0, autoFirstPage: false, font: null }); // a first font would be read anew at each use
for (const [key, file] of Object.entries(files)) document.registerFont(key, `${fonts}/${file}`);
document.pipe(fs.createWriteStream(out));
const plain = { lineBreak: false, features: [] };
const upright = `1 0 0 -1 0 ${297 * mm} cm`; // PDFKit's pages stand on their heads
pages.forEach((page, number) => {
  document.addPage();
  document.addContent(`q ${upright}\n${rules}\n${codes[number]}\nQ`);
  page.forEach((string, place) => {
    if (!string) return;
    const [x, y, width, align, font, size] = texts[place];
    document.font(font).fontSize(size);
    const shift = align === "left" ? 0 : width * mm - document.widthOfString(string, plain);
    document.text(string, x * mm + (align === "center" ? shift / 2 : shift), y * mm, plain);
  });
});
document.end();
