package safe

// cssPropertyNames are all properties that a sheet may set. Left out on purpose: what leads outside (src, behavior), what leaves
// the frame of a page (overlay, view-transition-*, anchor-*, offset-*, -webkit-app-region), what stops fingers (touch-action).
const cssPropertyNames = `
accent-color align-content align-items align-self all appearance -webkit-appearance aspect-ratio
animation animation-delay animation-direction animation-duration animation-fill-mode animation-iteration-count animation-name
animation-play-state animation-timing-function
-webkit-animation -webkit-animation-delay -webkit-animation-direction -webkit-animation-duration -webkit-animation-fill-mode
-webkit-animation-iteration-count -webkit-animation-name -webkit-animation-timing-function
backdrop-filter backface-visibility
background background-attachment background-blend-mode background-clip -webkit-background-clip background-color
background-image background-origin background-position background-position-x background-position-y background-repeat
background-size
block-size inline-size
border border-color border-style border-width border-collapse border-spacing
border-top border-top-color border-top-style border-top-width
border-right border-right-color border-right-style border-right-width
border-bottom border-bottom-color border-bottom-style border-bottom-width
border-left border-left-color border-left-style border-left-width
border-radius border-top-left-radius border-top-right-radius border-bottom-right-radius border-bottom-left-radius
-webkit-border-radius -webkit-border-top-left-radius -webkit-border-top-right-radius -webkit-border-bottom-right-radius
-webkit-border-bottom-left-radius
-moz-border-radius -moz-border-top-left-radius -moz-border-top-right-radius -moz-border-bottom-right-radius
-moz-border-bottom-left-radius
border-image border-image-outset border-image-repeat border-image-slice border-image-source border-image-width
border-block border-block-color border-block-style border-block-width
border-block-start border-block-start-color border-block-start-style border-block-start-width
border-block-end border-block-end-color border-block-end-style border-block-end-width
border-inline border-inline-color border-inline-style border-inline-width
border-inline-start border-inline-start-color border-inline-start-style border-inline-start-width
border-inline-end border-inline-end-color border-inline-end-style border-inline-end-width
bottom left right top inset inset-block inset-inline
box-decoration-break box-shadow -webkit-box-shadow -moz-box-shadow box-sizing -moz-box-sizing
break-after break-before break-inside caption-side caret-color clear clip clip-path -webkit-clip-path
color color-scheme columns column-count column-fill column-gap column-rule column-rule-color column-rule-style
column-rule-width column-span column-width
contain content counter-increment counter-reset counter-set cursor direction display empty-cells
filter -webkit-filter flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float
font font-family font-feature-settings font-kerning font-optical-sizing font-size font-size-adjust font-smooth
-webkit-font-smoothing font-stretch font-style font-variant font-variant-caps font-variant-numeric font-weight
gap row-gap grid grid-area grid-auto-columns grid-auto-flow grid-auto-rows grid-column grid-column-start grid-column-end
grid-column-gap grid-row grid-row-start grid-row-end grid-row-gap grid-gap grid-template grid-template-areas
grid-template-columns grid-template-rows
height max-height min-height width max-width min-width hyphens hyphenate-character image-rendering isolation
justify-content justify-items justify-self letter-spacing line-break line-height
list-style list-style-image list-style-position list-style-type
margin margin-top margin-right margin-bottom margin-left margin-block margin-block-start margin-block-end margin-inline
margin-inline-start margin-inline-end
mask mask-image mask-position mask-repeat mask-size
-webkit-mask -webkit-mask-image -webkit-mask-position -webkit-mask-repeat -webkit-mask-size
mix-blend-mode object-fit object-position opacity order orphans
outline outline-color outline-offset outline-style outline-width overflow overflow-x overflow-y overflow-wrap
padding padding-top padding-right padding-bottom padding-left padding-block padding-block-start padding-block-end
padding-inline padding-inline-start padding-inline-end
perspective perspective-origin place-content place-items place-self pointer-events position quotes resize rotate scale
scroll-behavior scrollbar-color scrollbar-gutter scrollbar-width
scrollbar-base-color scrollbar-face-color scrollbar-track-color scrollbar-arrow-color scrollbar-highlight-color
scrollbar-shadow-color scrollbar-3dlight-color scrollbar-darkshadow-color
shape-outside tab-size table-layout text-align text-align-last
text-decoration text-decoration-color text-decoration-line text-decoration-style text-decoration-thickness
text-emphasis text-emphasis-color text-emphasis-style text-indent text-justify text-orientation text-overflow text-shadow
text-transform text-underline-offset text-wrap -webkit-text-fill-color -webkit-text-stroke
transform -webkit-transform -moz-transform transform-origin transform-style
transition transition-delay transition-duration transition-property transition-timing-function
-webkit-transition -webkit-transition-delay -webkit-transition-duration -webkit-transition-property
-webkit-transition-timing-function
translate unicode-bidi user-select -webkit-user-select vertical-align visibility white-space widows will-change word-break
word-spacing word-wrap writing-mode z-index`
