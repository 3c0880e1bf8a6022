"""XMP namespaces and properties under ExifTool's names.

Prefixes and names: exiftool.org/TagNames/XMP.html. A property is called by its own name with a capital first letter,
where NAMES does not say otherwise; a namespace that is not listed goes by the prefix the file gives it.
"""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
X = "adobe:ns:meta/"

PREFIXES = {
    X: "x",
    RDF: "rdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/bj/": "xmpBJ",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/t/pg/": "xmpTPg",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "iptcCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "iptcExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://www.metadataworkinggroup.com/schemas/collections/": "mwg-coll",
    "http://ns.microsoft.com/photo/1.0": "microsoft",
    "http://ns.microsoft.com/photo/1.0/": "microsoft",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/container/": "GContainer",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/creations/": "GCreations",
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
    "http://www.gimp.org/xmp/": "GIMP",
    "http://ns.camerabits.com/photomechanic/1.0/": "photomech",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://creativecommons.org/ns#": "cc",
    "http://xmp.gettyimages.com/gift/1.0/": "getty",
    "http://ns.flir.com/xmp/1.0/": "FLIR",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.apple.com/faceinfo/1.0/": "apple-fi",
    "http://ns.attribution.com/ads/1.0/": "Attrib",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://pix4d.com/camera/1.0": "Camera",
    "http://pix4d.com/camera/1.0/": "Camera",
}

NAMES = {
    ("x", "xmptk"): "XMPToolkit",
    ("crs", "Temperature"): "ColorTemperature",
    ("cc", "legalcode"): "LegalCode",
    ("mwg-kw", "Keywords"): "KeywordInfo",
    ("GIMP", "API"): "Api",
    ("exif", "PixelXDimension"): "ExifImageWidth",
    ("exif", "PixelYDimension"): "ExifImageHeight",
    ("exif", "ExposureBiasValue"): "ExposureCompensation",
    ("exif", "FocalLengthIn35mmFilm"): "FocalLengthIn35mmFormat",
    ("exif", "ISOSpeedRatings"): "ISO",
    ("exif", "GPSTimeStamp"): "GPSDateTime",
    ("exif", "OECF"): "Opto-ElectricConvFactor",
    ("exifEX", "BodySerialNumber"): "SerialNumber",
    ("exifEX", "CameraOwnerName"): "OwnerName",
    ("exifEX", "LensSpecification"): "LensInfo",
    ("exifEX", "InteroperabilityIndex"): "InteropIndex",
    ("tiff", "ImageLength"): "ImageHeight",
    ("photoshop", "ICCProfile"): "ICCProfileName",
    ("iptcExt", "AddlModelInfo"): "AdditionalModelInformation",
    ("GContainer", "Directory"): "ContainerDirectory",
    ("iptcExt", "DigImageGUID"): "DigitalImageGUID",
    ("iptcExt", "RegistryId"): "RegistryID",
    ("microsoft", "Rating"): "RatingPercent",
    ("mwg-rs", "Regions"): "RegionInfo",
    ("drone-dji", "GpsLatitude"): "GPSLatitude",
    ("drone-dji", "GpsLongitude"): "GPSLongitude",
    ("drone-dji", "GpsLongtitude"): "GPSLongtitude",
}

NUMERIC = {"exif", "exifEX", "tiff", "aux", "Camera", "FLIR"}  # namespaces of EXIF's own fields: numbers and rationals


def name_of(prefix: str, local: str) -> str:
    """ExifTool's name of a property."""
    return NAMES.get((prefix, local)) or local[:1].upper() + local[1:]
