// PDFKit sets the texts of bench/form: node pdfkit.cjs GIVEN.json OUT.pdf, with NODE_PATH where `npm install pdfkit` was run.
const fs = require("fs");
const PDFDocument = require("pdfkit");

const [, , given, out] = process.argv;
const { texts, pages, fonts } = JSON.parse(fs.readFileSync(given, "utf8"));
const mm = 72 / 25.4;
const files = { gothic: "ipaexg.ttf", mincho: "ipaexm.ttf", mj: "ipamjm.ttf" };
const document = new PDFDocument({ size: "A4", margin: 0, autoFirstPage: false, font: `${fonts}/ipaexg.ttf` });
for (const [key, file] of Object.entries(files)) document.registerFont(key, `${fonts}/${file}`);
document.pipe(fs.createWriteStream(out));
for (const page of pages) {
  document.addPage();
  page.forEach((string, place) => {
    if (!string) return;
    const [x, y, width, align, font, size] = texts[place];
    document.font(font).fontSize(size);
    const shift = align === "left" ? 0 : width * mm - document.widthOfString(string);
    document.text(string, x * mm + (align === "center" ? shift / 2 : shift), y * mm, { lineBreak: false });
  });
}
document.end();
