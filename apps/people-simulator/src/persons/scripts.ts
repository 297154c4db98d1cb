/** The words that one writing system gives to seeded persons. `latin` parts make the e-mail address. */
export interface Script {
  readonly given: readonly string[];
  readonly family: readonly string[];
  readonly familyFirst: boolean;
  readonly cities: readonly string[];
  readonly streets: readonly string[];
  readonly country: string;
  readonly countryCode: string;
  readonly callingCode: string;
  readonly companies: readonly string[];
  readonly titles: readonly string[];
}

const french: Script = {
  given: ['Aurélie', 'Benoît', 'Chloé', 'Édouard', 'Françoise', 'Gaëlle', 'Hélène', 'Jérôme', 'Noël', 'Zoé'],
  family: ['Lefèvre', 'Besançon', 'Dupré', 'Gauthier', 'Château', 'Ménard', 'Noël', 'Prévost', 'Œuvrard'],
  familyFirst: false,
  cities: ['Besançon', 'Évreux', 'Nîmes', 'Orléans', 'Saint-Étienne'],
  streets: [
    'rue de la Liberté',
    'avenue du Général-Leclerc',
    'place de l’Hôtel-de-Ville',
    'quai des Célestins',
  ],
  country: 'France',
  countryCode: 'FR',
  callingCode: '33',
  companies: [
    'Boulangerie Lefèvre & Fils',
    'Société Générale d’Énergie',
    'Ateliers Noël',
    'Crédit du Nord-Est',
  ],
  titles: ['Directrice générale', 'Ingénieur', 'Comptable', 'Chargée d’études'],
};

const english: Script = {
  given: [
    'Ada',
    'Alan',
    'Grace',
    'Edsger',
    'Barbara',
    'Donald',
    'Margaret',
    'Ken',
    'Radia',
    'Siobhán',
    'Niamh',
  ],
  family: [
    'Lovelace',
    'Turing',
    'Hopper',
    "O'Brien",
    'Liskov',
    'Knuth',
    'Hamilton',
    'Smith-Jones',
    'Perlman',
  ],
  familyFirst: false,
  cities: ['London', 'Manchester', 'Bristol', 'Leeds', 'Cambridge'],
  streets: ['High Street', 'Station Road', 'Church Lane', 'Victoria Road'],
  country: 'United Kingdom',
  countryCode: 'GB',
  callingCode: '44',
  companies: ['Analytical Engines Ltd', 'Hopper & Sons', 'Northern Rail Works', 'Acme, Inc.'],
  titles: ['Chief Engineer', 'Programmer', 'Head of Sales', 'Office Manager'],
};

const german: Script = {
  given: ['Jürgen', 'Käthe', 'Björn', 'Sören', 'Änne', 'Günther', 'Ursula', 'Łukasz', 'Žofie', 'Øyvind'],
  family: ['Müller', 'Weiß', 'Schröder', 'Größer', 'Jäger', 'Kowalski', 'Dvořák', 'Sørensen', 'Ångström'],
  familyFirst: false,
  cities: ['Köln', 'München', 'Düsseldorf', 'Würzburg', 'Lübeck'],
  streets: ['Hauptstraße', 'Königsallee', 'Am Mühlbach', 'Bürgermeister-Schmidt-Weg'],
  country: 'Deutschland',
  countryCode: 'DE',
  callingCode: '49',
  companies: ['Müller Söhne GmbH & Co. KG', 'Größer AG', 'Bäckerei Weiß', 'Jäger Maschinenbau'],
  titles: ['Geschäftsführerin', 'Buchhalter', 'Vertriebsleiter', 'Ärztin'],
};

const cyrillic: Script = {
  given: ['Анна', 'Борис', 'Екатерина', 'Юрий', 'Ольга', 'Сергей', 'Їжак', 'Ђорђе', 'Татьяна'],
  family: ['Иванова', 'Петров', 'Щербаков', 'Ковальчук', 'Јовановић', 'Соловьёв', 'Цветаева'],
  familyFirst: false,
  cities: ['Киев', 'София', 'Београд', 'Новосибирск'],
  streets: ['улица Ленина', 'Садовая улица', 'проспект Мира', 'бульвар Шевченко'],
  country: 'България',
  countryCode: 'BG',
  callingCode: '359',
  companies: ['ООО «Ромашка»', 'Завод «Прогресс»', 'Издательство Щит', 'Аптека №1'],
  titles: ['Инженер', 'Главный бухгалтер', 'Директор', 'Врач'],
};

const greek: Script = {
  given: ['Ἀλέξανδρος', 'Ελένη', 'Γιώργος', 'Κωνσταντίνος', 'Μαρία', 'Σοφία', 'Οδυσσέας'],
  family: ['Παπαδόπουλος', 'Οικονόμου', 'Βασιλείου', 'Καραγιάννης', 'Χατζής'],
  familyFirst: false,
  cities: ['Αθήνα', 'Θεσσαλονίκη', 'Πάτρα', 'Ηράκλειο'],
  streets: ['οδός Ερμού', 'λεωφόρος Συγγρού', 'οδός Αριστοτέλους'],
  country: 'Ελλάδα',
  countryCode: 'GR',
  callingCode: '30',
  companies: ['Αφοί Παπαδόπουλοι Α.Ε.', 'Ναυτιλιακή Αιγαίου', 'Τυπογραφείο Ερμής'],
  titles: ['Μηχανικός', 'Διευθύντρια', 'Λογιστής'],
};

const arabic: Script = {
  given: ['محمد', 'فاطمة', 'عبد الرحمن', 'ليلى', 'يوسف', 'مَريَم', 'خالد'],
  family: ['العلي', 'بن سعيد', 'الخطيب', 'حدّاد', 'المصري'],
  familyFirst: false,
  cities: ['القاهرة', 'الدار البيضاء', 'عمّان', 'بيروت'],
  streets: ['شارع التحرير', 'شارع الملك فيصل', 'طريق المطار'],
  country: 'مصر',
  countryCode: 'EG',
  callingCode: '20',
  companies: ['شركة النيل للتجارة', 'مكتبة الشرق', 'مؤسسة الأمل'],
  titles: ['مهندس', 'مديرة', 'محاسب'],
};

const hebrew: Script = {
  given: ['נועה', 'דוד', 'יעל', 'אברהם', 'שִׁירָה', 'משה'],
  family: ['כהן', 'לוי', 'בן־דוד', 'פרץ', 'שפירא'],
  familyFirst: false,
  cities: ['תל אביב', 'חיפה', 'ירושלים', 'באר שבע'],
  streets: ['רחוב הרצל', 'שדרות רוטשילד', 'רחוב ז׳בוטינסקי'],
  country: 'ישראל',
  countryCode: 'IL',
  callingCode: '972',
  companies: ['תעשיות הצפון בע״מ', 'מאפיית לוי', 'הוצאת שקד'],
  titles: ['מהנדסת', 'רואה חשבון', 'מנהל'],
};

const chinese: Script = {
  given: ['伟', '芳', '秀英', '娜', '敏', '静怡', '𠮷祥', '建国'],
  family: ['王', '李', '张', '刘', '欧阳', '陈', '司马'],
  familyFirst: true,
  cities: ['北京', '上海', '广州', '成都'],
  streets: ['人民路', '解放大道', '中山北路', '长安街'],
  country: '中国',
  countryCode: 'CN',
  callingCode: '86',
  companies: ['北京科技有限公司', '东方贸易', '长江出版社'],
  titles: ['工程师', '总经理', '会计'],
};

const japanese: Script = {
  given: ['さくら', '太郎', '美咲', 'ケン', '陽子', '健一', '結衣'],
  family: ['山田', '佐藤', '鈴木', '髙橋', '渡邊', '小林'],
  familyFirst: true,
  cities: ['東京', '大阪', '京都', '札幌'],
  streets: ['中央区銀座', '北区梅田', '左京区吉田本町'],
  country: '日本',
  countryCode: 'JP',
  callingCode: '81',
  companies: ['株式会社ヤマダ', '東京印刷', 'サクラ食品㈱'],
  titles: ['部長', 'エンジニア', '営業担当'],
};

const hindi: Script = {
  given: ['आरव', 'प्रिया', 'राहुल', 'अनन्या', 'श्रीराम', 'दीक्षा'],
  family: ['शर्मा', 'गुप्ता', 'वर्मा', 'मिश्रा', 'चौधरी'],
  familyFirst: false,
  cities: ['मुंबई', 'दिल्ली', 'वाराणसी', 'जयपुर'],
  streets: ['महात्मा गांधी मार्ग', 'स्टेशन रोड', 'नेहरू नगर'],
  country: 'भारत',
  countryCode: 'IN',
  callingCode: '91',
  companies: ['भारत टेक्सटाइल', 'गुप्ता एंड संस', 'गंगा प्रकाशन'],
  titles: ['अभियंता', 'प्रबंधक', 'लेखाकार'],
};

/** Repeated by weight: most names of an address book share one alphabet, some do not. */
export const SCRIPTS: readonly Script[] = [
  english,
  english,
  english,
  french,
  french,
  french,
  german,
  german,
  cyrillic,
  greek,
  arabic,
  hebrew,
  chinese,
  japanese,
  hindi,
];
